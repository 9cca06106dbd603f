"""From facts to messages, without a socket.

Theory of operation. ``Feed`` holds the view and remembers, for each group, up to which revision that group was told.
Every delta says ``from`` (the revision of the group's last delta) and ``to``, and carries changed things whole, as
they are at ``to``. So a page that holds revision c may apply any delta with from ≤ c < to, skips one with to ≤ c,
and has missed something when c < from: then it asks for a snapshot. Overlap does no harm.

A desk is told at once. Floors and waiting lines collect what changed and are flushed by the caller of ``flush``.
"""

import uuid
from collections import deque
from typing import Any, NamedTuple

import msgspec

from crm.live import groups
from crm.live.lines import EMPTY, OUTSIDE, place, queue_lines
from crm.live.ownroom import in_it, own_room
from crm.live.parked import IN_A_SLOT, parked
from crm.live.state import Saved
from crm.live.wishes import wishes
from switchctl.contract import facts
from switchctl.contract.live import LiveView
from switchctl.contract.livewatch import of_call

Message = dict[str, Any]
LATELY = 10
"""Pulses; twenty seconds."""


UNSEEN = ("Watch", "EndWatch", "TakeOver")
"""Orders about an agent of which her own page hears nothing."""


class Post(NamedTuple):
    """One message for one channel group."""

    group: str
    message: Message


class Feed:
    """``saved`` is what an earlier life left, or None to begin with the stream's first entry."""

    def __init__(self, saved: Saved | None, *, name: str = "") -> None:
        self.saved = saved or Saved()
        self.saved.feeder = name or uuid.uuid4().hex
        self._begin = self.saved.revision
        self._told: dict[str, int] = {}
        self._newly: set[str] = set()
        self._lately: deque[set[str]] = deque(maxlen=LATELY)
        self._changed: set[tuple[str, str]] = set()
        self._lines = queue_lines(self.saved.view)
        self._places = {call_id: place(call) for call_id, call in self.saved.view.calls.items()}
        self._moved: set[str] = set()
        self._slots = parked(self.saved.view)

    @property
    def view(self) -> LiveView:
        return self.saved.view

    @property
    def dirty(self) -> bool:
        """Whether a flush would tell anything."""
        return bool(self._changed)

    def take(self, entry_id: str, fact: facts.Fact | None) -> list[Post]:
        """One entry of the stream; None for one that cannot be read. Returns what desks are told now."""
        self.saved.cursor = entry_id
        self.saved.revision += 1
        if fact is None:
            return []
        stated = isinstance(fact, facts.WorldStated) and self.view.takes(fact)
        before = {call.agent for call in self.view.calls.values()} if stated else {self._agent_of(fact.call_id)}
        room = getattr(fact, "room", "")
        owners = self._wisher(fact) | in_it(self.view.rooms.get(room))
        changed = self.view.apply(fact)
        owners |= in_it(self.view.rooms.get(room))
        if stated:
            changed |= self._close_others(fact)
        self._changed |= changed
        self._moved |= self._lines_of(_keys(changed, "calls"))
        desks = _keys(changed, "agents")
        desks |= owners
        if any(kind == "calls" for kind, _ in changed):
            desks |= {*before, self._agent_of(fact.call_id)}
            desks |= {agent.id for agent in self.view.agents.values() if agent.call_id in _keys(changed, "calls")}
        posts = [self._desk(login) for login in sorted(desks - {""})]
        posts += [self._phone(extension) for extension in sorted(_keys(changed, "devices"))]
        posts += self._parked(_keys(changed, "calls"))
        if isinstance(fact, facts.CommandRefused) and fact.command not in UNSEEN:
            posts.append(Post(groups.desk(fact.agent), _refusal(fact)))
        return posts

    def flush(self) -> list[Post]:
        """What floors and waiting lines are told, if anything changed."""
        if not self._changed:
            return []
        told: Message = {"agents": {}, "calls": {}, "devices": {}, "watches": {}}
        for kind, key in self._changed:
            if kind in told:
                told[kind][key] = _plain(getattr(self.view, kind).get(key))
        self._changed.clear()
        lines = queue_lines(self.view)
        # A line that is again what it was is told, too: a page that opened in between has seen it otherwise.
        moved = {q for q in {*lines, *self._lines} if lines.get(q) != self._lines.get(q)} | self._moved - {""}
        self._lines, self._moved = lines, set()
        told["queues"] = {queue: lines.get(queue, EMPTY) for queue in sorted(moved)}
        posts = [Post(groups.FLOOR, self._delta(groups.FLOOR, "floor", told))]
        for queue, line in told["queues"].items():
            group = groups.queue(queue)
            posts.append(Post(group, self._delta(group, f"queue:{queue}", {"queues": {queue: line}})))
        return posts

    def pulse(self, now: int, *, daemon: bool) -> Post:
        """The sign of life. ``now``: microseconds since the epoch; ``daemon``: whether one decides about calls.

        ``told``: group → revision up to which it was told, for those told since the last LATELY pulses: who lost the
        very last message learns it here. Who hears no pulse for longer asks anew when one comes.
        """
        self._lately.append(self._newly)
        told = {group: self._told[group] for groups_ in self._lately for group in groups_}
        self._newly = set()
        head = {"type": "live.pulse", "feeder": self.saved.feeder, "at": now}
        return Post(groups.PULSE, {**head, "told": told, "links": dict(self.view.links), "daemon": daemon})

    def _lines_of(self, calls: set[str]) -> set[str]:
        """The queues in whose line one of them has another place than before. A line is told to each desk that serves
        it, so that of a talk (held, resumed) nothing may go there."""
        moved = set()
        for call_id in calls:
            call, before = self.view.calls.get(call_id), self._places.pop(call_id, OUTSIDE)
            now = OUTSIDE if call is None else place(call)
            if call is not None:
                self._places[call_id] = now
            if now != before:
                moved |= {before[0], now[0]}
        return moved

    def _wisher(self, fact: facts.Fact) -> set[str]:
        """Whose list of wishes a fact changes."""
        if not isinstance(fact, facts.CallBackWished | facts.CallBackOver):
            return set()
        known = self.view.wishes.get(fact.wish)
        return {fact.agent, known.agent} if known is not None else {fact.agent}

    def _desk(self, login: str) -> Post:
        agent = self.view.agents.get(login)
        mine = {call.id: _plain(call) for call in self.view.calls.values() if call.agent == login}
        if agent is not None and agent.call_id in self.view.calls:
            mine[agent.call_id] = _plain(self.view.calls[agent.call_id])
        group, told = groups.desk(login), {"agents": {login: _plain(agent)}, "mine": mine}
        beside = {"wishes": wishes(self.view, login), "room": own_room(self.view, login)}
        return Post(group, self._delta(group, "desk", {**told, **beside}))

    def _phone(self, extension: str) -> Post:
        group = groups.phone(extension)
        what = {"phones": {extension: self.view.devices.get(extension)}}
        return Post(group, self._delta(group, "phone", what))

    def _parked(self, calls: set[str]) -> list[Post]:
        """All slots, if these calls have to do with any. Most calls have not, and the others are not looked at."""
        live = [self.view.calls[call] for call in calls if call in self.view.calls]
        known = {one["call"] for one in self._slots.values()}
        if not known & calls and not any(call.goal.startswith(IN_A_SLOT) for call in live):
            return []
        slots, before = parked(self.view), self._slots
        self._slots = slots
        return [Post(groups.PARKED, self._delta(groups.PARKED, "parked", {"parked": slots}))] if slots != before else []

    def _delta(self, group: str, source: str, what: Message) -> Message:
        start = self._told.get(group, self._begin)
        self._told[group] = self.saved.revision
        self._newly.add(group)
        head = {"type": "live.delta", "feeder": self.saved.feeder, "source": source}
        return {**head, "from": start, "to": self.saved.revision, **what}

    def _agent_of(self, call_id: str) -> str:
        call = self.view.calls.get(call_id)
        return call.agent if call else ""

    def _close_others(self, fact: facts.WorldStated) -> set[tuple[str, str]]:
        """Calls of the node that are not stated are over, even if their end was never told."""
        stated = set(fact.calls)
        over = [c.id for c in self.view.calls.values() if c.node == fact.node and c.id not in stated]
        changed = {("calls", call_id) for call_id in over}
        for call_id in over:
            del self.view.calls[call_id]
            changed |= of_call(self.view, call_id)
        return changed


def _keys(changed: set[tuple[str, str]], wanted: str) -> set[str]:
    return {key for kind, key in changed if kind == wanted}


def _plain(thing: Any) -> Any:
    return msgspec.to_builtins(thing)


def _refusal(fact: facts.CommandRefused) -> Message:
    return {
        "type": "live.refused",
        "command_id": fact.command_id,
        "command": fact.command,
        "reason": fact.reason,
        "params": dict(fact.params),
    }
