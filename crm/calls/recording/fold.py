"""What each fact says about records and parts. Pure: facts in, proposals out; the order of facts does not matter."""

from collections.abc import Callable, Iterable
from typing import Any

from crm.calls.recording.proposals import Proposals
from crm.calls.recording.tables import FLOW, OFFER, RECORD, VISIT
from crm.numbers import caller_key
from switchctl.contract import facts as f

SEEN, FROM_CDR, INFERRED, MISSING = 0, 1, 2, 3
"""How good the source of a time is; the smaller wins."""
STATE_COLUMNS = (
    "id", "agent", "state", "reason", "source", "call_id", "offer", "started_at", "seq",
    "tenant", "site", "application", "contact_kind",
)  # fmt: skip


class Fold:
    """The proposals of one batch. ``worlds`` are nodes of which somebody said which calls are alive."""

    def __init__(self, facts: Iterable[f.Fact] = ()) -> None:
        self.records = Proposals(RECORD)
        self.flows = Proposals(FLOW)
        self.visits = Proposals(VISIT)
        self.offers = Proposals(OFFER)
        self.states: dict[str, tuple[Any, ...]] = {}
        self.told_by: dict[str, set[str]] = {}
        self.arrived: set[str] = set()
        self.worlds: set[str] = set()
        for fact in facts:
            self.add(fact)

    def add(self, fact: f.Fact) -> None:
        kind = type(fact)
        if kind in _OF_CALLS:
            self.records.row(fact.call_id, fact.at)
            _OF_CALLS[kind](self, fact)
        elif kind is f.AgentStateChanged:
            self._state(fact)
        elif kind is f.WorldStated:
            self.worlds.add(fact.node)

    def _state(self, fact: f.AgentStateChanged) -> None:
        self.states[fact.id] = (
            fact.id, fact.agent, fact.state, clip(fact.reason, 64), fact.source, fact.call_id, fact.offer, fact.at,
            fact.seq, *_scope(fact),
        )  # fmt: skip


def clip(text: str, length: int) -> str:
    """What callers and trunks send can be of any length."""
    return text if len(text) <= length else text[:length]


def _scope(fact: f.Fact) -> tuple[str, str, str, str]:
    return fact.tenant, fact.site, fact.application, fact.contact_kind


def _call_arrived(fold: Fold, fact: f.CallArrived) -> None:
    fold.arrived.add(fact.call_id)
    fold.told_by.setdefault(fact.call_id, set()).add("esl")
    fold.records.propose(
        fold.records.rows[fact.call_id], "arrived_at", SEEN, fact.at,
        clip(fact.number, 64), caller_key(fact.number) if len(fact.number) <= 64 else "", clip(fact.name, 200),
        clip(fact.dialled, 64), fact.direction, clip(fact.trunk, 64), fact.node, fact.stage, *_scope(fact),
    )  # fmt: skip


def _call_answered(fold: Fold, fact: f.CallAnswered) -> None:
    fold.records.propose(fold.records.rows[fact.call_id], "answered_at", SEEN, fact.at)


def _call_ended(fold: Fold, fact: f.CallEnded) -> None:
    if fact.source == "esl":
        fold.told_by.setdefault(fact.call_id, set()).add("esl")
    fold.records.propose(
        fold.records.rows[fact.call_id], "ended_at", SEEN if fact.source == "esl" else INFERRED, fact.at,
        clip(fact.cause, 64), fact.ended_by, clip(fact.sip_status, 8), clip(fact.q850, 8), fact.reason,
    )  # fmt: skip


def _flow_entered(fold: Fold, fact: f.FlowEntered) -> None:
    row = fold.flows.row(fact.flow_visit, fact.at, call_id=fact.call_id, flow=fact.flow)
    fold.flows.propose(row, "entered_at", fact.at, *_scope(fact))


def _flow_left(fold: Fold, fact: f.FlowLeft) -> None:
    row = fold.flows.row(fact.flow_visit, fact.at, call_id=fact.call_id, flow=fact.flow)
    fold.flows.propose(row, "left_at", SEEN, fact.at, fact.exit)


def _queue_entered(fold: Fold, fact: f.QueueEntered) -> None:
    row = fold.visits.row(fact.visit, min(fact.entered, fact.at), call_id=fact.call_id, queue=fact.queue)
    fold.visits.propose(
        row, "entered_at", fact.entered, fact.head_start_s, fact.service_level_s, fact.short_abandon_s,
        fact.reason, *_scope(fact),
    )  # fmt: skip


def _queue_left(fold: Fold, fact: f.QueueLeft) -> None:
    row = fold.visits.row(fact.visit, fact.at, call_id=fact.call_id, queue=fact.queue)
    fold.visits.propose(row, "left_at", SEEN, fact.at, fact.exit, fact.wait_ms)


def _offer_made(fold: Fold, fact: f.OfferMade) -> None:
    row = fold.offers.row(
        fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent, visit=fact.visit, queue=fact.queue
    )
    fold.offers.propose(row, "offered_at", fact.at, fact.ring_s, fact.waited_ms, fact.reason, *_scope(fact))


def _offer_ended(fold: Fold, fact: f.OfferEnded) -> None:
    row = fold.offers.row(fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent, visit=fact.visit)
    fold.offers.propose(row, "ended_at", SEEN, fact.at, fact.result, clip(fact.cause, 64), fact.ring_ms, fact.misses)


def _dial_started(fold: Fold, fact: f.DialStarted) -> None:
    row = fold.offers.row(fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent)
    fold.offers.propose(row, "dialled_at", fact.at, fact.dials, clip(fact.shows, 32))


def _dial_ended(fold: Fold, fact: f.DialEnded) -> None:
    row = fold.offers.row(fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent)
    fold.offers.propose(row, "dial_ended_at", SEEN, fact.at, fact.result, clip(fact.cause, 64), fact.ring_ms)


def _talk_started(fold: Fold, fact: f.TalkStarted) -> None:
    row = fold.offers.row(fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent, queue=fact.queue)
    fold.offers.propose(row, "talk_started_at", fact.at)


def _talk_ended(fold: Fold, fact: f.TalkEnded) -> None:
    row = fold.offers.row(fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent)
    fold.offers.propose(row, "talk_ended_at", SEEN, fact.at, fact.talk_ms, fact.hold_ms, fact.ended_by)


def _customer_marked(fold: Fold, fact: f.CustomerMarked) -> None:
    fold.records.propose(fold.records.rows[fact.call_id], "marked_at", fact.at, fact.agent)


def _wrap_up_ended(fold: Fold, fact: f.WrapUpEnded) -> None:
    row = fold.offers.row(fact.offer, fact.at, call_id=fact.call_id, agent=fact.agent)
    fold.offers.propose(row, "wrap_ended_at", fact.at, fact.wrap_ms, fact.by)


_OF_CALLS: dict[type[f.Fact], Callable[[Fold, Any], None]] = {
    f.CallArrived: _call_arrived,
    f.CallAnswered: _call_answered,
    f.CallEnded: _call_ended,
    f.FlowEntered: _flow_entered,
    f.FlowLeft: _flow_left,
    f.QueueEntered: _queue_entered,
    f.QueueLeft: _queue_left,
    f.OfferMade: _offer_made,
    f.OfferEnded: _offer_ended,
    f.DialStarted: _dial_started,
    f.DialEnded: _dial_ended,
    f.TalkStarted: _talk_started,
    f.TalkEnded: _talk_ended,
    f.CustomerMarked: _customer_marked,
    f.WrapUpEnded: _wrap_up_ended,
}
"""The other kinds (holds, keys, devices …) stay facts and are read from there."""
