"""The stretches of a call, for the caller and each agent: who was in which stage from when to when.

Theory of operation. The facts of a call are gone through in order; each lets a party enter a stage or leave it. What
no fact told, because no daemon saw it, is filled in from the record, which then comes from the switch's own CDR. The
end of the call ends whatever ringing or talk is still open; wrap-up goes on after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.calls.selectors import CallStory
from crm.calls.up import EPOCH, stated_facts

SLIVER_S = 1.0
"""Between the end of the talk and the last hang-up lies a moment that nobody wants to see."""
LONGEST_WRAP_S = 3600.0
"""A wrap-up whose end is not known after so long was lost, not long."""


@dataclass(frozen=True)
class Stretch:
    """One stage of one party. Seconds since the call arrived; ``open``: it lasts, and ``end`` is now. ``other``: login
    of the agent with whom the caller talks."""

    stage: str
    begin: float
    end: float
    open: bool = False
    other: str = ""

    @property
    def seconds(self) -> float:
        """To the millisecond: what facts tell is no finer, and 44.9999 would be shown as 44."""
        return round(self.end - self.begin, 3)


@dataclass(frozen=True)
class Party:
    """``agent`` is a login; "" is the caller (or whom an agent dialled)."""

    agent: str
    parts: list[Stretch]


class _Row:
    def __init__(self, agent: str = "") -> None:
        self.agent, self.parts = agent, []
        self.stage, self._begin, self._other = "", 0.0, ""

    def enter(self, stage: str, at: float, other: str = "") -> None:
        if (stage, other) != (self.stage, self._other):
            self.leave(at)
            self.stage, self._begin, self._other = stage, at, other

    def leave(self, at: float, *, lasts: bool = False) -> None:
        sliver = self.stage == "leaving" and at - self._begin < SLIVER_S
        if self.stage and (lasts or at > self._begin) and not sliver:
            self.parts.append(Stretch(self.stage, self._begin, max(at, self._begin), lasts, self._other))
        self.stage = self._other = ""


class _Rows:
    """The caller first, then the agents in the order in which they came in."""

    def __init__(self, outbound: bool) -> None:
        self.outbound, self.over = outbound, False
        self.asked = ""
        """Login of whom an agent asks beside the call."""
        self.parked = False
        """The caller is being parked: the talk that ends now leads there."""
        self.caller = _Row()
        self.agents: dict[str, _Row] = {}

    def agent(self, payload: dict[str, Any]) -> _Row:
        login = payload.get("agent", "")
        return self.agents.setdefault(login, _Row(login))

    def all(self) -> list[_Row]:
        return [self.caller, *self.agents.values()]


def parties(story: CallStory, now: datetime) -> list[Party]:
    """Those who had a part in the call. ``now`` is where open stages end."""
    begin = story.begin
    if begin is None:
        return []
    rows = _Rows(story.record.direction == "outbound")
    for at, kind, payload in _marks(story, begin):
        if kind in _STEPS:
            _STEPS[kind](rows, at, payload)
    until = (now - begin).total_seconds()
    for row in rows.all():
        if row.stage and not (row.stage == "wrapup" and until - row._begin > LONGEST_WRAP_S):
            row.leave(max(until, row._begin), lasts=True)
    return [Party(row.agent, row.parts) for row in rows.all() if row.parts]


def _marks(story: CallStory, begin: datetime) -> list[tuple[float, str, dict[str, Any]]]:
    """(seconds, kind, payload) in order: the facts, and what only the record knows."""
    told = [(entry.seconds, entry.kind, entry.payload) for entry in story.timeline]
    kinds = {kind for _, kind, _ in told}
    stated = next((payload for _, kind, payload in told if kind == "CallStated"), None)
    if stated and "CallArrived" not in kinds:
        zero = (begin - EPOCH).total_seconds()
        told += [(at / 1e6 - zero, kind, payload) for at, kind, payload in stated_facts(stated) if kind not in kinds]
        kinds = {kind for _, kind, _ in told}
    record = story.record
    known = {
        "CallArrived": record.arrived_at, "QueueEntered": record.queue_entered_at,
        "TalkStarted": record.talk_started_at, "CallEnded": record.ended_at,
    }  # fmt: skip
    for kind, at in known.items():
        if at and kind not in kinds:
            told.append(((at - begin).total_seconds(), kind, {"agent": record.agent}))
    return sorted(told, key=lambda mark: mark[0])


def _arrived(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if not rows.outbound:
        rows.caller.enter("flow", at)


def _flow_entered(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("flow", at)


def _queue_entered(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("waiting", at)


def _offer_made(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.agent(p).enter("offered", at)


def _offer_ended(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if p.get("result") != "answered":
        rows.agent(p).leave(at)


def _dial_proceeded(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.agent(p).enter("dialling", at)
    rows.caller.enter("offered", at)


def _dial_ended(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if p.get("result") != "answered":
        rows.agent(p).leave(at)
        rows.caller.leave(at)


def _talk_started(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("talking", at, p.get("agent", ""))
    if p.get("agent"):
        rows.agent(p).enter("talking", at)


def _hold_started(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("held", at)
    rows.agent(p).enter("held", at)


def _talk_ended(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if not rows.over:
        between = "parked" if rows.parked else "passed"
        rows.caller.enter(between if p.get("ended_by") == "transfer" else "leaving", at)
    rows.parked = False
    rows.agent(p).leave(at)


def _parked(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.parked = True


def _transferred(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if p.get("how") in ("returned", "number", "redirected") and rows.caller.stage != "talking":
        rows.caller.enter("passed", at)


def _consulting(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("consulting", at)
    rows.asked = p.get("to", "") if p.get("what") == "agent" else ""


def _speaks(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if rows.asked:
        rows.agent({"agent": rows.asked}).enter("talking", at)


def _swapped(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if p.get("front") == "customer":
        rows.caller.enter("talking", at, p.get("agent", ""))
    else:
        rows.caller.enter("consulting", at)


def _conferring(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("conference", at, p.get("agent", ""))


def _asked(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if rows.asked and p.get("result") not in ("transferred", "ringing"):
        rows.agent({"agent": rows.asked}).leave(at)
    if p.get("result") in ("cancelled", "unreached", "left"):
        rows.caller.enter("talking", at, p.get("agent", ""))


def _passed_on(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("passed", at)


def _party_joined(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.caller.enter("talking", at)


def _party_left(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    if not rows.over:
        rows.caller.enter("leaving", at)


def _state(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    row = rows.agents.get(p.get("agent", ""))
    if row and p.get("state") == "wrapup":
        row.enter("wrapup", at)
    elif row and row.stage == "wrapup":
        row.leave(at)


def _wrap_ended(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    row = rows.agent(p)
    row.enter("wrapup", at - p.get("wrap_ms", 0) / 1000 if row.stage != "wrapup" else at)
    row.leave(at)


def _ended(rows: _Rows, at: float, p: dict[str, Any]) -> None:
    rows.over = True
    rows.caller.leave(at)
    for row in rows.agents.values():
        if row.stage != "wrapup":
            row.leave(at)


_STEPS: dict[str, Callable[[_Rows, float, dict[str, Any]], None]] = {
    "CallArrived": _arrived,
    "FlowEntered": _flow_entered,
    "QueueEntered": _queue_entered,
    "OfferMade": _offer_made,
    "OfferEnded": _offer_ended,
    "DialStarted": _offer_made,
    "DialProceeded": _dial_proceeded,
    "DialEnded": _dial_ended,
    "TalkStarted": _talk_started,
    "HoldStarted": _hold_started,
    "HoldEnded": _talk_started,
    "TalkEnded": _talk_ended,
    "ConsultStarted": _consulting,
    "ConsultAnswered": _speaks,
    "ConsultSwapped": _swapped,
    "ConferenceStarted": _conferring,
    "ConsultEnded": _asked,
    "CallTransferred": _transferred,
    "CallParked": _parked,
    "PartyCalled": _passed_on,
    "PartyJoined": _party_joined,
    "PartyLeft": _party_left,
    "AgentStateChanged": _state,
    "WrapUpEnded": _wrap_ended,
    "CallEnded": _ended,
}
"""What each fact does to the rows. The agent's own phone ringing while she dials is a ringing like any other."""
