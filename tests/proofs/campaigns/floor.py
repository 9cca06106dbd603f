"""What the daemon's own facts say of the moment at which it took an agent of a queue for a campaign.

The daemon deletes a file of its journal as soon as all of it is rows: whoever looks rarely finds facts gone, and holds
callers for waiting who have long been served. So each file is kept under a second name from the first look on, and a
gap is an error of whoever looks.
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from switchctl.bus.segments import Cursor
from switchctl.contract import facts as f

AT_ONCE = 1000


@dataclass(frozen=True)
class Taking:
    """An agent was taken for the attempt. ``waiting``: callers of her queues for whom no phone rang; ``ready``: the
    fewest others who were ready in one of her queues."""

    attempt: str
    campaign: str
    agent: str
    waiting: tuple[str, ...]
    ready: int


@dataclass
class Floor:
    """``queues``: code → logins of those who serve it. ``read`` takes what is new in the journal, again and again, and
    keeps it in ``folder``, which lies on the same disk."""

    queues: Mapping[str, frozenset[str]]
    folder: Path = Path()
    takings: list[Taking] = field(default_factory=list)
    _states: dict[str, str] = field(default_factory=dict)
    _queued: dict[str, str] = field(default_factory=dict)
    """Call → queue, until she talks or leaves."""
    _offered: set[str] = field(default_factory=set)
    _cursor: Cursor | None = None

    def read(self, journal: Path) -> None:
        if self._cursor is None:
            self.folder.mkdir(exist_ok=True)
            self._cursor = Cursor(self.folder)
        for path in journal.glob("*.facts"):
            with contextlib.suppress(FileExistsError, FileNotFoundError):
                (self.folder / path.name).hardlink_to(path)
        before = self._cursor.seq
        while found := self._cursor.read(AT_ONCE):
            if found[-1][0] != before + len(found):
                raise AssertionError(f"after fact {before} some are gone of {found[0][0]} to {found[-1][0]}")
            before = found[-1][0]
            self.told(f.decode(raw) for _seq, raw in found)

    def told(self, facts: Iterable[f.AnyFact]) -> None:
        for fact in facts:
            match fact:
                case f.AgentStateChanged():
                    self._states[fact.agent] = fact.state
                case f.QueueEntered():
                    self._queued[fact.call_id] = fact.queue
                case f.QueueLeft() | f.TalkStarted() | f.CallEnded():
                    self._queued.pop(fact.call_id, None)
                    self._offered.discard(fact.call_id)
                case f.OfferMade():
                    self._offered.add(fact.call_id)
                case f.OfferEnded():
                    self._offered.discard(fact.call_id)
                case f.CallStated():
                    self._stated(fact)
                case f.WorldStated():
                    self._queued = {call: queue for call, queue in self._queued.items() if call in fact.calls}
                    self._offered &= set(fact.calls)
                case f.DialStarted():
                    self._taken(fact)

    def _stated(self, fact: f.CallStated) -> None:
        self._queued.pop(fact.call_id, None)
        self._offered.discard(fact.call_id)
        if fact.visit and not fact.talk_since:
            self._queued[fact.call_id] = fact.queue
            if fact.offer:
                self._offered.add(fact.call_id)

    def _taken(self, fact: f.DialStarted) -> None:
        hers = {queue: members for queue, members in self.queues.items() if fact.agent in members}
        if not fact.campaign or not hers:
            return
        ready = [sum(self._states.get(one) == "ready" for one in members - {fact.agent}) for members in hers.values()]
        waiting = tuple(call for call, queue in self._queued.items() if queue in hers and call not in self._offered)
        self.takings.append(Taking(fact.call_id, fact.campaign, fact.agent, waiting, min(ready)))
