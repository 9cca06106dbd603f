"""A centre in a test: the core, a virtual clock with its timers, the facts so far, and the little switch."""

from collections.abc import Callable
from typing import Any

import msgspec

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import numberlists
from switchctl.contract.dialling import Home
from switchctl.contract.directory import Agent, Directory, Membership, Queue, Route, Trunk
from switchctl.contract.hopper import Entry
from switchctl.contract.listbook import Book, Change
from switchctl.contract.live import LiveView
from switchctl.engine.brain import Brain
from switchctl.model import effects as do
from tests.policy.exchange import LEASES, NODE, REPLIES, Exchange

SECOND = 1_000_000
NOON = 1_795_320_000 * SECOND


def directory(**queues: tuple[tuple[str, int], ...]) -> Directory:
    """Amy, Bob and Cai serve ``support`` (4001) unless queues are named as ``name=((agent, tier), …)``; each further
    queue is reached by the next number."""
    queues = queues or {"support": (("amy", 1), ("bob", 1), ("cai", 1))}
    people = {"amy": "1001", "bob": "1002", "cai": "1003"}
    return Directory(
        version=1,
        agents=tuple(
            Agent(
                id=name,
                name=name.title(),
                extension=extension,
                wrap_up_s=30,
                ring_s=20,
                max_misses=2,
                caller_number="+862160001111" if name == "amy" else "",
                dialling="national",
            )  # fmt: skip
            for name, extension in people.items()
        ),
        queues=tuple(
            Queue(id=name, name=name.title(), members=tuple(Membership(agent=who, tier=tier) for who, tier in serve))
            for name, serve in queues.items()
        ),
        trunks=(Trunk(gateway="carrier"),),
        home=Home(area="21", outside=("+",)),
        caller_number="+862160000000",
        routes=tuple(Route(number=str(4001 + place), queue=name) for place, name in enumerate(queues)),
    )


class Centre:
    """Starts with its node up and listed, nobody signed in. ``told`` are all facts, also of earlier lives."""

    def __init__(self, layout: Directory | None = None, nodes: tuple[str, ...] = (NODE,)) -> None:
        self.layout = layout or directory()
        self.now = NOON
        self.exchanges = {name: Exchange(lambda: self.now, name) for name in nodes}
        for exchange in self.exchanges.values():
            exchange.peers = self.exchanges
        self.exchange = self.exchanges[NODE]
        self.told: list[f.Fact] = []
        self.done: list[do.Effect] = []
        self.view = LiveView()
        self.timers: dict[str, int] = {}
        self.ids = 0
        self.epoch = 1
        self.after_each: Callable[[], None] = lambda: None
        self.lists: Book | None = Book()
        self.hoppers: dict[str, list[Entry]] = {}
        self.asked: list[do.TakeLead] = []
        """Questions to hoppers that are not answered yet; ``drain`` answers them."""
        self.leads: dict[str, Entry] = {}
        """The last taken out of each id."""
        self.looked_at = 0
        """How many wishes to dial the laws have seen."""
        self.brain = Brain(self.layout, self.epoch, self._id)
        self.brain.world.lists = self.lists
        if self.layout.campaigns:  # as a start of the daemon does
            self.timers["dialler|"] = self.now + SECOND
        for name in nodes:
            self.connect(name)
        self.drain()

    # --- driving ------------------------------------------------------------------------------------------------

    def take(self, effects: list[do.Effect]) -> None:
        """Journal the facts, then do the rest, as the loop does."""
        for effect in effects:
            if isinstance(effect, do.Tell):
                seq = len(self.told) + 1
                fact = msgspec.structs.replace(effect.fact, id=f"j:{seq}", seq=seq)
                self.told.append(f.decode(f.encode(fact)))
                self.view.apply(self.told[-1])
        for effect in effects:
            if isinstance(effect, do.SetTimer):
                self.timers[effect.key] = effect.at
            elif isinstance(effect, do.CancelTimer):
                self.timers.pop(effect.key, None)
            elif not isinstance(effect, do.Tell):
                self.done.append(effect)
                self._perform(effect)
        self.after_each()

    def _perform(self, effect: do.Effect) -> None:
        if isinstance(effect, do.TakeLead):
            self.asked.append(effect)
        elif isinstance(effect, do.PutLead):
            self.hoppers.setdefault(effect.entry.campaign, []).insert(0, effect.entry)
        elif isinstance(effect, do.Settle):
            pass
        elif isinstance(effect, do.Release):
            for exchange in self.exchanges.values():
                exchange.perform(effect)
        else:
            self.exchanges[effect.node].perform(effect)  # type: ignore[attr-defined]

    def deliver(self, line: str, again: bool = False, node: str = NODE) -> None:
        """The next word of one line reaches the core; ``again``: and will come once more."""
        said = self.exchanges[node].said
        waiting = said[line]
        kind, what = waiting[0] if again else waiting.popleft()
        if not waiting:
            del said[line]
        args = what if isinstance(what, tuple) else (what,)
        self.take(getattr(self.brain, kind)(node, *args, self.now))

    def lose(self, line: str, node: str = NODE) -> None:
        """The next word of one line never comes."""
        said = self.exchanges[node].said
        waiting = said[line]
        waiting.popleft()
        if not waiting:
            del said[line]

    def hopper_answers(self, away: bool = False) -> None:
        """The oldest question to a hopper is answered; ``away``: nobody could be asked."""
        asked = self.asked.pop(0)
        leads = self.hoppers.get(asked.campaign, [])
        fits = [lead for lead in leads if lead.expires >= self.now and lead.agent in ("", asked.agent)]
        found = None if away or not fits else fits[0]
        if found is not None:
            leads.remove(found)
            self.leads[found.id] = found
        self.take(self.brain.lead_taken(asked.number, asked.campaign, found, self.now))

    def members(self, campaign: str) -> tuple[str, ...]:
        """Agents of a campaign that runs."""
        return next((one.members for one in self.layout.campaigns if one.id == campaign), ())

    def drain(self) -> None:
        """Deliver all that is said, and what is said to that."""
        while self.asked or any(exchange.said for exchange in self.exchanges.values()):
            while self.asked:
                self.hopper_answers()
            for name, exchange in self.exchanges.items():
                while exchange.said:
                    self.deliver(LEASES if LEASES in exchange.said else next(iter(exchange.said)), node=name)

    def drain_replies(self) -> None:
        """The answers to commands take milliseconds, whatever becomes of the events."""
        for name, exchange in self.exchanges.items():
            while REPLIES in exchange.said:
                self.deliver(REPLIES, node=name)

    def wait(self, seconds: float, drain: bool = True) -> None:
        """Let time pass; timers ring in their order."""
        until = self.now + int(seconds * SECOND)
        while self.timers:
            key, at = min(self.timers.items(), key=lambda item: (item[1], item[0]))
            if at > until:
                break
            self.now = max(self.now, at)
            del self.timers[key]
            self.take(self.brain.timer(key, self.now))
            self.drain() if drain else self.drain_replies()
        self.now = until

    def connect(self, node: str = NODE) -> None:
        """Both links come up."""
        exchange = self.exchanges[node]
        exchange.linked = exchange.answering = True
        self.take(self.brain.link_up(node, exchange.core, self.now))

    def cut(self, node: str = NODE) -> None:
        """Both links drop."""
        self.exchanges[node].link_down()
        self.take(self.brain.link_down(node, "cut", self.now))

    def crash(self, node: str) -> None:
        """The switch dies."""
        self.exchanges[node].die()
        self.take(self.brain.link_down(node, "crash", self.now))

    def die(self) -> None:
        """The daemon is killed; the switch goes on alone."""
        for exchange in self.exchanges.values():
            exchange.daemon_dies()
        self.timers.clear()
        self.asked.clear()

    def start(self) -> None:
        """A new daemon, from what the journal holds."""
        self.epoch += 1
        self.brain = Brain(self.layout, self.epoch, self._id)
        self.brain.world.lists = self.lists
        view = msgspec.json.decode(msgspec.json.encode(self.view), type=LiveView)
        self.take(self.brain.restore(view, self.now, self.exchanges))
        self.take(self.brain.state(self.view, self.now))
        for name, exchange in self.exchanges.items():
            if exchange.alive:
                self.connect(name)

    def reconfigure(self, layout: Directory) -> None:
        self.layout = layout
        self.take(self.brain.swap_directory(layout, self.now))
        self.drain()

    def list_numbers(self, *entries: numberlists.Entry, gone: tuple[int, ...] = ()) -> None:
        """Somebody changes the lists of numbers."""
        assert self.lists is not None
        change = Change(version=self.lists.version + 1, entries=list(entries), gone=list(gone))
        self.take(self.brain.amend_lists(change, self.now))

    def _id(self, kind: str) -> str:
        self.ids += 1
        return f"{kind}-{self.ids}"

    # --- stories ------------------------------------------------------------------------------------------------

    def order(self, kind: type[c.Command], agent: str, late: bool = False, **fields: Any) -> str:
        """An agent's command; returns its id. ``late``: its deadline is over."""
        self.ids += 1
        deadline = self.now + (-1 if late else 5) * SECOND
        command = kind(id=f"command-{self.ids}", agent=agent, deadline=deadline, **fields)
        self.take(self.brain.command(command, self.now))  # type: ignore[arg-type]
        return command.id

    def lead(self, name: str, campaign: str = "spring", number: str = "+8613800001111", **fields: Any) -> str:
        """An attempt lies in a hopper; ``name`` is its id and the call's. It lives for a minute unless ``expires``."""
        fields = {"expires": self.now + 60 * SECOND, **fields}
        self.hoppers.setdefault(campaign, []).append(Entry(id=name, campaign=campaign, number=number, **fields))
        return name

    def order_node(self, kind: type[c.NodeCommand], node: str, **fields: Any) -> str:
        """An order to a switch; returns its id."""
        return self.order(kind, "", node=node, **fields)

    def ready(self, *agents: str) -> None:
        """Sign them in and make them ready, a second apart, so that the first is idle the longest."""
        for agent in agents:
            self.order(c.SignIn, agent)
            self.order(c.BecomeReady, agent)
            self.drain()
            self.wait(1)

    def call(self, name: str, dialled: str = "4001", number: str = "15401400001") -> str:
        """A caller dials and hears the greeting."""
        self.exchange.ring_in(name, number, dialled)
        self.drain()
        return name

    def waiting(self, name: str, dialled: str = "4001") -> str:
        """A caller who has heard the greeting and is in the queue."""
        self.call(name, dialled)
        self.wait(1)
        self.exchange.finish(name)
        self.drain()
        return name

    def leg(self, agent: str) -> str:
        """UUID of the leg with which her phone rings or talks."""
        extension = next(a.extension for a in self.layout.agents if a.id == agent)
        (leg,) = [leg.uuid for leg in self.exchange.legs.values() if leg.agent == extension]
        return leg

    def picks_up(self, agent: str) -> None:
        self.exchange.answer(self.leg(agent))
        self.drain()

    def dials(self, agent: str, number: str = "13800001111") -> str:
        """Her own phone rings; returns the call's id. She signs in for it if need be."""
        if self.state(agent) == "offline":
            self.order(c.SignIn, agent)
        call = self.order(c.Dial, agent, number=number)
        self.drain()
        return call

    def rings_out(self, agent: str, number: str = "13800001111") -> str:
        """She has dialled and picked up: the customer's phone rings."""
        call = self.dials(agent, number)
        self.wait(1)
        self.picks_up(agent)
        return call

    def hangs_up(self, name: str, cause: str = "NORMAL_CLEARING") -> None:
        """A caller by name, or an agent's phone."""
        self.exchange.hang_up(name if name in self.exchange.legs else self.leg(name), cause)
        self.drain()

    def misses(self, agent: str, cause: str = "NO_ANSWER") -> None:
        """Her phone does not take the call."""
        self.exchange.refuse(self.leg(agent), cause)
        self.drain()

    def talking(self, name: str, agent: str, seconds: float = 10) -> str:
        """A caller who talks to this agent (who becomes ready for it)."""
        self.waiting(name)
        if self.state(agent) != "offered":
            self.ready(agent)
        self.wait(2)
        self.picks_up(agent)
        self.wait(seconds)
        return name

    def state(self, agent: str) -> str:
        return self.brain.world.agents[agent].state

    def stage(self, name: str) -> str:
        """Of a call; empty when it is over."""
        call = self.brain.world.calls.get(name)
        return call.stage if call else ""

    def offered(self) -> dict[str, str]:
        """Agent → call, of the phones that ring now."""
        return {a.id: a.call_id for a in self.brain.world.agents.values() if a.state == "offered"}

    def facts(self, kind: type[f.Fact], **fields: Any) -> list[Any]:
        """The facts of a kind whose fields are these."""
        return [
            fact
            for fact in self.told
            if type(fact) is kind and all(getattr(fact, key) == value for key, value in fields.items())
        ]

    def last(self, kind: type[f.Fact], **fields: Any) -> Any:
        return self.facts(kind, **fields)[-1]

    def wishes(self, kind: type[do.Effect]) -> list[Any]:
        """The effects of a kind."""
        return [effect for effect in self.done if type(effect) is kind]
