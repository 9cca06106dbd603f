"""The simulated switch as the oracle sees it: it notes what it carried, dialled, joined and tore apart."""

from collections import Counter

import gevent

from switchctl.sim.callers import Nature
from switchctl.sim.channel import Channel
from switchctl.sim.dialstring import Target
from switchctl.sim.options import Options
from switchctl.sim.switch import Switch
from tests.proofs.virtual import clock
from tests.proofs.virtual.loop import Process

ESL = ("127.0.0.1", 8021)
SECRET = "harness"
LEASES = {"a": 8094, "b": 8095}
AT_ONCE_S = 1.0
"""Two legs of one agent that live beside each other for this long; what a daemon heard of a moment too late it mends
sooner."""
BY_THE_PAGE_S = 15.0
"""How long after her order an agent's hanging up may be the reason why a talk ends."""


class Book:
    """What every life of the switch noted. ``wrong`` are broken promises: (which, sentence)."""

    def __init__(self) -> None:
        self.carried: dict[str, str] = {}
        """Callers' leg → core that carried it."""
        self.crashed: set[str] = set()
        """Cores that ended without a word."""
        self.dials: Counter[str] = Counter()
        self.talks: dict[str, Channel] = {}
        """Caller's leg → agent's leg, while they talk."""
        self.talked: set[str] = set()
        self.hang_ups: dict[str, float] = {}
        """Extension → when its agent last asked for the end of her call."""
        self.wrong: list[tuple[str, str]] = []

    def blame(self, promise: str, text: str) -> None:
        self.wrong.append((promise, f"{clock.monotonic() - 1000:.3f}: {text}"))


class Exchange(Switch):
    """One life of the switch."""

    def __init__(self, book: Book, seed: int, cdr: str) -> None:
        lease, standby = (f"127.0.0.1:{port}" for port in LEASES.values())
        super().__init__(
            Options(
                esl=ESL, secret=SECRET, lease=lease, standby=standby, phones="*=auto:0.3-3", seed=seed, cdr=cdr,
                nature=Nature(), heartbeat=20.0, farewell=0.2, prompt_seconds=1.5, extensions=(1001, 1010),
            )
        )  # fmt: skip
        self.book = book

    def call(self, number: str, did: str, name: str = "") -> Channel:
        ch = super().call(number, did, name)
        self.book.carried[ch.uuid] = self.core_uuid
        return ch

    def ring(self, ch: Channel, target: Target) -> None:
        book = self.book
        # A customer's phone rings at most once for one order, whatever the legs are called.
        what = ch.get("cc_call_id") if target.kind == "gateway" else ch.uuid
        book.dials[what] += 1
        if book.dials[what] > 1:
            book.blame("double_dials", f"{target.number} is dialled again as {ch.uuid}")
        if dialled(ch):
            book.carried[ch.uuid] = self.core_uuid
            super().ring(ch, target)
            return
        busy = [leg for leg in self.channels.values() if _agent(leg) == target.number and leg is not ch]
        # The switch's own queue knows no more than it was told before its daemon died; of us more is asked.
        if any(not leg.cause for leg in busy) and ch.get("cc_offer"):
            gevent.spawn_later(AT_ONCE_S, self._still_two, ch, busy)
        super().ring(ch, target)

    def _still_two(self, ch: Channel, busy: list[Channel]) -> None:
        live = [leg.uuid for leg in busy if not leg.cause]
        if live and not ch.cause:
            self.book.blame("two_at_once", f"{_agent(ch)} is rung as {ch.uuid} and has {live}")

    def bridged(self, a: Channel, b: Channel) -> None:
        book = self.book
        if dialled(b):
            super().bridged(a, b)
            return  # it may be an announcement: ``look`` sees when they talk
        before = book.talks.get(a.uuid)
        if before is not None and before is not b and not before.cause:
            book.blame("talking_dropped", f"{a.uuid} talks to {before.uuid} and is joined to {b.uuid}")
        book.talks[a.uuid] = b
        book.talked.add(a.uuid)
        super().bridged(a, b)

    def hung_up(self, ch: Channel) -> None:
        for caller, leg in list(self.book.talks.items()):
            if ch.uuid in (caller, leg.uuid):
                self._parted(caller, leg)
        super().hung_up(ch)

    def look(self) -> None:
        """Pairs that are apart although neither hung up, and those of dialled calls that talk."""
        for ch in self.channels.values():
            if dialled(ch) and ch.answered.is_set() and not ch.cause and ch.peer is not None and not ch.peer.cause:
                self.book.talks.setdefault(ch.uuid, ch.peer)
                self.book.talked.add(ch.uuid)
        for caller, leg in list(self.book.talks.items()):
            ch = self.channels.get(caller)
            if ch is not None and not ch.cause and not leg.cause and ch.peer is not leg:
                del self.book.talks[caller]
                self.book.blame("talking_dropped", f"{caller} and {leg.uuid} were parted and both live")

    def _parted(self, caller: str, leg: Channel) -> None:
        del self.book.talks[caller]
        ends = [end for end in (self.channels.get(caller), leg) if end is not None and end.cause]
        asked = self.book.hang_ups.get(_agent(leg), -1e9)
        by_people = any(end.disposition.startswith("recv") for end in ends)
        if not (by_people or self.stopping or clock.monotonic() - asked < BY_THE_PAGE_S):
            how = [(end.uuid, end.cause, end.disposition) for end in ends]
            self.book.blame("talking_dropped", f"{caller} and {leg.uuid} were cut off: {how}")


def _agent(leg: Channel) -> str:
    return leg.profile.destination if leg.direction == "outbound" and not dialled(leg) else ""


def dialled(leg: Channel) -> bool:
    """The leg of somebody whom an agent dialled: it bears the call's id."""
    return leg.direction == "outbound" and leg.get("cc_call_id") == leg.uuid


class Machine:
    """The switch's host: starts it, kills it, starts it again."""

    def __init__(self, seed: int, cdr: str) -> None:
        self.book = Book()
        self.seed, self.cdr = seed, cdr
        self.process = Process("n1")
        self.switch: Exchange | None = None
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        self.process = Process("n1")

        def body() -> None:
            self.switch = Exchange(self.book, self.seed + self.starts, self.cdr)
            self.switch.start()
            gevent.spawn_later(1.0, self.register)

        self.process.do(body)

    def register(self) -> None:
        """The phones notice that the switch has forgotten them, or were told to behave."""
        switch = self.switch
        if switch is not None and switch.core_uuid not in self.book.crashed:
            for number in switch.registry.rows():
                switch.registry.register(number["reg_user"])
