"""Who leads: the fence on each switch, as a state machine without clock or socket.

Theory of operation. On each switch the global variable ``cc_leader`` says ``<daemon>:<epoch>:<beat>``; the leader
raises the beat twice a second. A fence that is open (``none:<epoch>:0`` when it was given up, ``new:<epoch>:0`` when it
was seeded on a switch that had none), or that stood still for two seconds, may be taken. Taking, beating and giving up
are all the switch's own compare-and-set, read back: so a beat and a take exclude each other, whoever is slow. (With the
beat in a variable of its own they did not: a standby that was slow took the fence of a leader that had just come back.)
Terms only rise: who takes a fence takes it with an epoch above all that it has seen, and a daemon that meets a higher
term than its own stands by.

Nobody's clock is compared with another's. A leader trusts a fence for 1.5 s from the moment at which it *asked* for the
beat that was then confirmed; a standby counts the 2 s from the moment at which it *had* the last new value to the
moment at which it *asked* again, and takes that value and no other. So the old leader has fallen silent before the new
one can begin, and one that was stopped for a while finds its trust run out before it can send a word.

``now`` is monotonic seconds. Every method returns orders; each order but ``Claim`` ends with a look at the
variable, whose answer comes back by ``seen`` (or ``missed``) with the order's number.
"""

from collections.abc import Iterable

import msgspec

BEAT_S = 0.5
LOOK_S = 0.2
STALE_S = 2.0
TRUST_S = 1.5
PROMPT_S = 0.4
"""An answer that took longer says nothing about now: nothing is seeded or taken upon it."""
SETTLE_S = 0.8
"""After seeding, so that another who found nothing too has seeded before anybody takes: that set is unconditional."""

STANDBY, CLAIMING, LEADER, DEPOSED = "standby", "claiming", "leader", "deposed"

AWAY, UNKNOWN, SEEDED, FREE, FOREIGN, STALE, HELD, LOST = (
    "away", "unknown", "seeded", "free", "foreign", "stale", "held", "lost",
)  # fmt: skip
NOTHING, OPEN, MINE, ALIVE, SILENT = "nothing", "open", "mine", "alive", "silent"

_WATCH = {NOTHING: SEEDED, OPEN: FREE, MINE: HELD, ALIVE: FOREIGN, SILENT: STALE}
FENCE: dict[str, dict[str, str]] = {
    **dict.fromkeys((UNKNOWN, SEEDED, FREE, FOREIGN, STALE), _WATCH),
    # A switch that was restarted, or told to forget, may be taken again; one that another has is lost.
    HELD: {NOTHING: SEEDED, OPEN: FREE, MINE: HELD, ALIVE: LOST, SILENT: LOST},
    LOST: dict.fromkeys(_WATCH, LOST),
    AWAY: {},
}
"""State of a fence → what was seen → its next state."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """``number`` comes back with the answer."""

    node: str = ""
    number: int = 0


class Claim(Order, frozen=True):
    """Put the epoch on disk before anything is taken with it."""

    epoch: int


class Look(Order, frozen=True):
    """Read the variable."""


class Seed(Order, frozen=True):
    """Set ``cc_leader``, which is not set at all."""

    value: str


class Take(Order, frozen=True):
    """Set ``cc_leader`` to ``value`` if it is still ``old``: taking, beating, giving up."""

    value: str
    old: str


class Fence(msgspec.Struct, kw_only=True):
    """What we know of one switch's fence."""

    node: str
    state: str = AWAY
    value: str = ""
    changed: float = 0.0
    """Since when the value is as it is, as far as we saw."""
    written: str = ""
    """What we last wrote, whether the switch took it or not."""
    trusted: float = float("-inf")
    """When we asked for the newest beat that was confirmed."""
    asked: float = float("-inf")
    number: int = 0
    """Of the look that is under way, 0 if none is."""
    beaten: float = float("-inf")

    @property
    def term(self) -> tuple[int, str]:
        """(epoch, daemon) that it shows."""
        daemon, epoch, *_ = (*self.value.split(":"), "", "")
        return (int(epoch) if epoch.isdecimal() else 0, daemon)


class Leadership:
    """One daemon's view. ``daemon`` is its lasting name, ``epoch`` the newest term in which it led, ``heard`` the
    newest of all that it knew of in earlier lives."""

    def __init__(self, daemon: str, epoch: int, nodes: Iterable[str], heard: int = 0) -> None:
        self.daemon = daemon
        self.known = max(epoch, heard)
        """The highest term of all. It belongs on disk: a switch that was restarted remembers none."""
        self.epoch = 0
        """Our term; 0 while we have none."""
        self.role = STANDBY
        self.fences = {node: Fence(node=node) for node in nodes}
        self.resigned = False
        self._past = epoch
        self._count = 0
        self._rival = 0
        """The newest term in which another told facts."""
        self._risen = float("-inf")

    @property
    def mine(self) -> str:
        """With what the values of our fences begin."""
        return f"{self.daemon}:{self.epoch}:"

    # --- what others ask -----------------------------------------------------------------------------------------

    def holds(self, node: str) -> bool:
        """Whether the fence of the node was ours when we last looked."""
        return self.fences[node].state == HELD

    def may_command(self, node: str, now: float) -> bool:
        """Whether nobody else can have taken the node."""
        fence = self.fences[node]
        return self.role == LEADER and fence.state == HELD and now - fence.trusted < TRUST_S

    def sure(self, now: float) -> bool:
        """Whether we may decide anything: some fence is surely ours, or no switch can be reached at all."""
        reached = [fence for fence in self.fences.values() if fence.state != AWAY]
        return self.role == LEADER and (not reached or any(self.may_command(fence.node, now) for fence in reached))

    @property
    def led(self) -> bool:
        """Whether somebody leads, we or another."""
        return self.role == LEADER or any(fence.state == FOREIGN for fence in self.fences.values())

    def holders(self) -> dict[str, str]:
        """Node → ``daemon:epoch`` as last seen; empty for a switch that is away."""
        return {node: "" if fence.state == AWAY else fence.value for node, fence in self.fences.items()}

    @property
    def shown(self) -> bool:
        """Whether some switch shows our term."""
        return any(fence.state == HELD and fence.value.startswith(self.mine) for fence in self.fences.values())

    def learned(self, epoch: int, teller: str = "") -> None:
        """A term that was seen elsewhere; ``teller``: the daemon that told facts in it."""
        self.known = max(self.known, epoch)
        if teller and teller != self.daemon:
            self._rival = max(self._rival, epoch)

    # --- what happens --------------------------------------------------------------------------------------------

    def link_up(self, node: str, now: float) -> list[Order]:
        """The node can be asked."""
        fence = self.fences[node]
        fence.state, fence.value, fence.changed = UNKNOWN, "", now
        return [self._ask(Look(node=node), now)] if not self.resigned else []

    def link_down(self, node: str) -> None:
        """The node cannot be asked; answers that are under way will not come."""
        fence = self.fences[node]
        fence.state, fence.number = AWAY, 0

    def missed(self, node: str, number: int) -> None:
        """An order was not answered."""
        fence = self.fences[node]
        if fence.number == number:
            fence.number = 0

    def tick(self, now: float) -> list[Order]:
        """Time has passed."""
        if self._is_outbid(now):
            self._risen = now
            return self._rise(self.fences.values(), now)
        orders: list[Order] = []
        for fence in self.fences.values():
            if fence.state in (AWAY, LOST) or fence.number or self.resigned:
                continue
            if fence.state == HELD:
                if now - fence.beaten >= BEAT_S:
                    orders.append(self._beat(fence, now))
            elif now - fence.asked >= LOOK_S:
                orders.append(self._ask(Look(node=fence.node), now))
        return orders

    def seen(self, node: str, number: int, value: str, now: float) -> list[Order]:
        """The answer to an order: the variable, empty where it is not set."""
        fence = self.fences[node]
        if fence.number != number or fence.state == AWAY or self.resigned:
            return []
        fence.number = 0
        if value != fence.value:
            fence.value, fence.changed = value, now
        self.learned(fence.term[0])
        sight = self._sight(fence)
        if sight == NOTHING and now - fence.asked > PROMPT_S:
            fence.state = UNKNOWN
            return []
        fence.state = FENCE[fence.state][sight]
        if fence.state == SEEDED:
            return [self._ask(Seed(node=node, value=f"new:{self.known}:0"), now)]
        if fence.state == HELD and value == fence.written and fence.beaten == fence.asked:
            fence.trusted = fence.asked
        return self._decide(now)

    def unclaimed(self) -> None:
        """Our term could not be put on disk: nothing was asked of any switch, and there is no term. Who leads does so
        in the old one: silent as long as no switch is held, and deposed where another takes one meanwhile."""
        if self.role == LEADER:
            self.epoch = self._past
        else:
            self.role, self.epoch = STANDBY, 0
        for fence in self.fences.values():
            fence.number, fence.written = 0, ""

    def resign(self, now: float) -> list[Order]:
        """Give up what we hold, at once, and take nothing more."""
        orders = self._give_up(now)
        self.resigned, self.role, self.epoch = True, STANDBY, 0
        return orders

    # --- inside --------------------------------------------------------------------------------------------------

    def _ask(self, order: Order, now: float) -> Order:
        self._count += 1
        fence = self.fences[order.node]
        fence.number, fence.asked = self._count, now
        return msgspec.structs.replace(order, number=self._count)

    def _set(self, fence: Fence, value: str, old: str, now: float) -> Order:
        fence.written, fence.beaten = value, now
        return self._ask(Take(node=fence.node, value=value, old=old), now)

    def _beat(self, fence: Fence, now: float) -> Order:
        return self._set(fence, f"{self.mine}{self._count + 1}", fence.value, now)

    def _sight(self, fence: Fence) -> str:
        epoch, daemon = fence.term
        if not fence.value:
            return NOTHING
        if self.epoch and fence.value.startswith(self.mine):
            return MINE
        if daemon in ("none", "new") or (daemon == self.daemon and epoch <= self._past):
            return OPEN  # given up, or of our own past life: only one process has our state folder
        return SILENT if fence.asked - fence.changed >= STALE_S else ALIVE

    def _decide(self, now: float) -> list[Order]:
        reached = [fence for fence in self.fences.values() if fence.state != AWAY]
        if self.epoch:
            if any(fence.state == LOST or (fence.state != UNKNOWN and self._above(fence)) for fence in reached):
                return self._stand_by(now)
            if self.role == LEADER and reached and all(fence.state == FOREIGN for fence in reached):
                return self._stand_by(now)  # of a lower term, on a switch that forgot ours while we were away
        elif reached and all(self._can_take(fence) for fence in reached):
            self.epoch = self.known = self.known + 1
            self.role = CLAIMING
            return [Claim(epoch=self.epoch), *(self._beat(fence, now) for fence in reached)]
        if not self.epoch:
            return []
        if self.role == CLAIMING:
            if any(fence.state == HELD for fence in reached):
                self.role = LEADER
            elif not any(fence.number for fence in reached):  # others were quicker everywhere
                self.role, self.epoch, self._past = STANDBY, 0, self.epoch
                return []
        free = [fence for fence in reached if self._can_take(fence)]
        if free and self.role == LEADER and all(fence.state != HELD for fence in self.fences.values()):
            # No switch shows our term any more: another may have led since, unseen, and its term was higher.
            return self._rise(free, now)
        return [self._beat(fence, now) for fence in free]

    def _is_outbid(self, now: float) -> bool:
        """Whether another told facts in a term not below ours, although every switch is surely ours: one that was
        restarted had forgotten that term, and we did not hear of it in time. Who does not hold them all leaves it at
        that: of two that each hold some, neither would be the higher for long."""
        if self.role != LEADER or self.resigned or self._rival < self.epoch or now - self._risen < BEAT_S:
            return False
        return all(not fence.number and self.may_command(fence.node, now) for fence in self.fences.values())

    def _rise(self, fences: Iterable[Fence], now: float) -> list[Order]:
        """Lead on, in a term above all that is known."""
        self._past, self.epoch = self.epoch, self.known + 1
        self.known = self.epoch
        return [Claim(epoch=self.epoch), *(self._beat(fence, now) for fence in fences)]

    def _above(self, fence: Fence) -> bool:
        """Whether it shows a higher term than ours; of two daemons with one epoch the later name is higher."""
        epoch, daemon = fence.term
        return epoch > self.epoch or (epoch == self.epoch and daemon > self.daemon and daemon not in ("none", "new"))

    @staticmethod
    def _can_take(fence: Fence) -> bool:
        if fence.state not in (FREE, STALE) or fence.number:
            return False
        return fence.term[1] != "new" or fence.asked - fence.changed >= SETTLE_S

    def _stand_by(self, now: float) -> list[Order]:
        led = self.role == LEADER
        orders = self._give_up(now)
        self.role, self.epoch, self._past = (DEPOSED if led else STANDBY), 0, self.epoch
        self.resigned = self.resigned or led
        return orders

    def _give_up(self, now: float) -> list[Order]:
        orders = []
        for fence in self.fences.values():
            if self.epoch and fence.state not in (AWAY, LOST, FOREIGN) and fence.written.startswith(self.mine):
                orders.append(self._set(fence, f"none:{self.epoch}:0", fence.written, now))
            if fence.state == HELD:
                fence.state = UNKNOWN
        return orders
