"""A call of the live view, and what each fact of it changes: one table from the fact to the step."""

from typing import Any

import msgspec

from switchctl.contract import facts as f


class LiveCall(msgspec.Struct, kw_only=True):
    """A call that has not ended. ``stage``: arrived, flow, waiting, offered, dialling, talking, held,
    consulting, conference, room, passed, parked, leaving."""

    id: str
    node: str = ""
    number: str = ""
    name: str = ""
    dialled: str = ""
    stage: str = "arrived"
    since: int = 0
    """Since when it is in this stage."""
    arrived: int = 0
    answered: bool = False
    flow: str = ""
    flow_visit: str = ""
    queue: str = ""
    visit: str = ""
    entered: int = 0
    offer: str = ""
    agent: str = ""
    talk_since: int = 0
    hold_since: int = 0
    hold_ms: int = 0
    via: str = ""
    via_leg: str = ""
    why: str = ""
    """Reason of the newest decision about it."""
    direction: str = "inbound"
    picked_up: int = 0
    """Of a dialled call: when the agent's own phone was; from then on the customer's is called. 0 = it rings."""
    keys: str = ""
    """What the caller pressed in greeting and queue."""
    passed: list[tuple[str, int]] = []
    """The stages it went through in their order, each with the time at which it began; the newest is ``stage``."""
    campaign: str = ""
    """Of a dialled call: for which."""
    music: str = ""
    """What the customer hears on hold; empty = the usual."""
    goal: str = ""
    """Where she was passed on to, until somebody takes her: ``agent:bob``, ``queue:support``, ``number:+86…``;
    ``park:07`` is the slot in which she is parked."""
    parked_until: int = 0
    """When she goes back to who parked her; 0 = she is not parked."""
    pick: str = ""
    """UUID of the leg of who wants to pick it up from a colleague, as long as that rings; empty: nobody."""
    pick_agent: str = ""
    passed_by: str = ""
    passed_from: str = ""
    """The newest talk (offer) out of which she was passed on, and the agent who did it."""
    taken: bool = False
    """Of a dialled call: it was passed on, and waits as any other."""
    outside: str = ""
    """The number that is called for her, or with which she talks instead of an agent."""
    trunk: str = ""
    """The gateway over which somebody outside is called for it."""
    muted: bool = False
    """The agent's microphone is off."""
    marked: bool = False
    """Its customer was marked in it."""
    aside: str = ""
    """UUID of the leg of whom the agent asks beside it; empty: nobody."""
    aside_state: str = ""
    """calling, speaking, front (the customer is, and the other waits), or joined: all three hear each other."""
    aside_agent: str = ""
    aside_outside: str = ""
    """Who that is: a login or a number."""
    aside_via: str = ""
    aside_via_leg: str = ""
    room: str = ""
    """The conference room in which she is."""
    forwarded: list[str] = []
    """Extensions that have sent it on to another number, in their order; and the extension that rings instead (""
    where it is outside)."""
    forward_to: str = ""


MOST_PASSED = 40
"""So many stages of a call are kept; of one with more, what it begins with is forgotten."""


def _stage(call: LiveCall, stage: str, since: int, at: int = 0) -> None:
    """``at``: when it came to that, where ``since`` is told from an earlier time (a wait or a talk that goes on)."""
    call.stage, call.since = stage, since
    begun = at or since
    # A call that goes on has not left.
    passed = call.passed[:-1] if call.passed and call.passed[-1][0] == "leaving" else call.passed
    if passed and passed[-1][0] == stage:
        call.passed = passed
    else:
        call.passed = [*passed, (stage, begun)][-MOST_PASSED:]


def _answered(call: LiveCall, fact: f.CallAnswered) -> None:
    call.answered = True


def _keys_pressed(call: LiveCall, fact: f.KeysPressed) -> None:
    call.keys += fact.keys


def _flow_entered(call: LiveCall, fact: f.FlowEntered) -> None:
    call.flow, call.flow_visit = fact.flow, fact.flow_visit
    _stage(call, "flow", fact.at)


def _flow_left(call: LiveCall, fact: f.FlowLeft) -> None:
    call.flow, call.flow_visit = "", ""


def _queue_entered(call: LiveCall, fact: f.QueueEntered) -> None:
    call.queue, call.visit, call.entered, call.why = fact.queue, fact.visit, fact.entered, fact.reason
    call.goal = ""
    _stage(call, "waiting", fact.entered, max(fact.entered, call.passed[-1][1] if call.passed else 0))


def _queue_left(call: LiveCall, fact: f.QueueLeft) -> None:
    call.visit = ""
    if call.stage in ("waiting", "offered"):
        _stage(call, "leaving", fact.at)


def _offer_made(call: LiveCall, fact: f.OfferMade) -> None:
    if fact.aside:
        return
    call.offer, call.agent, call.why = fact.offer, fact.agent, fact.reason
    call.via, call.via_leg = fact.via, fact.via_leg
    _stage(call, "offered", fact.at)


def _offer_ended(call: LiveCall, fact: f.OfferEnded) -> None:
    if call.pick == fact.offer:
        call.pick = call.pick_agent = ""
    if call.offer == fact.offer and fact.result != "answered":
        call.offer, call.agent, call.via, call.via_leg = "", "", "", ""
        if call.visit:
            _stage(call, "waiting", call.entered, fact.at)
        elif call.goal:
            _stage(call, between(call), fact.at)


def _dial_started(call: LiveCall, fact: f.DialStarted) -> None:
    call.offer, call.agent, call.via, call.via_leg = fact.offer, fact.agent, fact.via, fact.via_leg
    call.trunk = fact.trunk
    _stage(call, "dialling", fact.at)


def _dial_proceeded(call: LiveCall, fact: f.DialProceeded) -> None:
    call.picked_up = fact.at


def _dial_ended(call: LiveCall, fact: f.DialEnded) -> None:
    if call.offer == fact.offer and fact.result != "answered":
        call.offer, call.agent, call.via, call.via_leg = "", "", "", ""
        _stage(call, "leaving", fact.at)


def _talk_started(call: LiveCall, fact: f.TalkStarted) -> None:
    call.offer, call.agent, call.talk_since, call.hold_ms = fact.offer, fact.agent, fact.at, 0
    call.goal, call.parked_until = "", 0
    _stage(call, "talking", fact.at)


def _mute_started(call: LiveCall, fact: f.MuteStarted) -> None:
    call.muted = True


def _mute_ended(call: LiveCall, fact: f.MuteEnded) -> None:
    call.muted = False


def _hold_started(call: LiveCall, fact: f.HoldStarted) -> None:
    call.hold_since = fact.at
    _stage(call, "held", fact.at)


def _hold_ended(call: LiveCall, fact: f.HoldEnded) -> None:
    call.hold_ms += fact.held_ms
    call.hold_since = 0
    _stage(call, "talking", call.talk_since, fact.at)


def _talk_ended(call: LiveCall, fact: f.TalkEnded) -> None:
    call.offer, call.agent, call.via, call.via_leg = "", "", "", ""
    call.muted = False
    call.taken = call.taken or fact.ended_by == "transfer"
    if call.aside:
        return  # the customer waits for whom was asked
    _stage(call, between(call) if fact.ended_by == "transfer" else "leaving", fact.at)


def _transferred(call: LiveCall, fact: f.CallTransferred) -> None:
    call.goal = f"{fact.what}:{fact.to}" if fact.what and fact.how != "attended" else ""
    call.passed_by, call.passed_from = fact.agent, fact.offer
    if call.parked_until:
        call.parked_until = 0
        _stage(call, "passed", fact.at)
    if fact.how == "number" or not fact.what:
        _stage(call, "passed" if fact.what else "leaving", fact.at)


def _forwarded(call: LiveCall, fact: f.CallForwarded) -> None:
    call.forwarded = [*call.forwarded[: fact.hops - 1], fact.extension]
    call.trunk = fact.trunk or call.trunk
    call.forward_to = "" if len(fact.to) > 8 or fact.to.startswith("+") else fact.to
    if call.goal and not call.goal.startswith(("queue:", "park:")):
        call.goal = f"number:{fact.to}"


def between(call: LiveCall) -> str:
    """Its stage while nobody has it and no phone rings for it."""
    return "parked" if call.goal.startswith("park:") else "passed"


def _marked(call: LiveCall, fact: f.CustomerMarked) -> None:
    call.marked = True


def _parked(call: LiveCall, fact: f.CallParked) -> None:
    call.goal, call.parked_until = f"park:{fact.slot}", fact.until
    call.passed_by, call.passed_from = fact.agent, fact.offer


def _pick_started(call: LiveCall, fact: f.PickUpStarted) -> None:
    call.pick, call.pick_agent = fact.offer, fact.agent


def _picked_up(call: LiveCall, fact: f.CallPickedUp) -> None:
    call.offer, call.agent, call.via, call.via_leg = fact.offer, fact.agent, fact.via, fact.via_leg
    call.pick = call.pick_agent = ""
    _stage(call, "offered", fact.at)


def _consult_started(call: LiveCall, fact: f.ConsultStarted) -> None:
    call.aside, call.aside_state, call.taken = fact.aside, "calling", True
    call.aside_agent, call.aside_outside = (fact.to, "") if fact.what == "agent" else ("", fact.to)
    call.aside_via, call.aside_via_leg = fact.via, fact.via_leg
    _stage(call, "consulting", fact.at)


def _consult_answered(call: LiveCall, fact: f.ConsultAnswered) -> None:
    call.aside_state = "speaking"


def _consult_swapped(call: LiveCall, fact: f.ConsultSwapped) -> None:
    call.aside_state = "front" if fact.front == "customer" else "speaking"


def _conference_started(call: LiveCall, fact: f.ConferenceStarted) -> None:
    call.aside_state = "joined"
    _stage(call, "conference", fact.at)


def _consult_ended(call: LiveCall, fact: f.ConsultEnded) -> None:
    agent, outside = call.aside_agent, call.aside_outside
    if fact.result in ("transferred", "ringing"):
        call.offer, call.agent, call.outside = fact.aside, agent, outside
        call.via, call.via_leg = call.aside_via, call.aside_via_leg
    call.aside = call.aside_state = call.aside_agent = call.aside_outside = call.aside_via = call.aside_via_leg = ""
    if fact.result == "ringing":
        call.goal = f"agent:{agent}" if agent else f"number:{outside}"
        _stage(call, "offered", fact.at)
    elif call.offer and fact.result != "transferred":
        _stage(call, "talking", call.talk_since, fact.at)
    elif not call.offer:
        call.goal = f"agent:{agent}"
        _stage(call, "passed", fact.at)


def _party_called(call: LiveCall, fact: f.PartyCalled) -> None:
    if fact.aside:
        return
    call.offer, call.outside, call.via, call.via_leg = fact.offer, fact.outside, fact.via, fact.via_leg
    call.trunk = fact.trunk
    _stage(call, "offered", fact.at)


def _party_joined(call: LiveCall, fact: f.PartyJoined) -> None:
    call.offer, call.outside, call.talk_since, call.hold_ms, call.goal = fact.offer, fact.outside, fact.at, 0, ""
    _stage(call, "talking", fact.at)


def _party_left(call: LiveCall, fact: f.PartyLeft) -> None:
    if call.offer != fact.offer:
        return
    call.offer = call.outside = call.via = call.via_leg = ""
    _stage(call, "passed" if call.goal else "leaving", fact.at)


def _refused(call: LiveCall, fact: f.CallRefused) -> None:
    _stage(call, "leaving", fact.at)


CALL_STEPS: dict[type[f.Fact], Any] = {
    f.CallAnswered: _answered,
    f.CallRefused: _refused,
    f.KeysPressed: _keys_pressed,
    f.FlowEntered: _flow_entered,
    f.FlowLeft: _flow_left,
    f.QueueEntered: _queue_entered,
    f.QueueLeft: _queue_left,
    f.OfferMade: _offer_made,
    f.OfferEnded: _offer_ended,
    f.DialStarted: _dial_started,
    f.DialProceeded: _dial_proceeded,
    f.DialEnded: _dial_ended,
    f.TalkStarted: _talk_started,
    f.MuteStarted: _mute_started,
    f.MuteEnded: _mute_ended,
    f.HoldStarted: _hold_started,
    f.HoldEnded: _hold_ended,
    f.TalkEnded: _talk_ended,
    f.CallTransferred: _transferred,
    f.CustomerMarked: _marked,
    f.CallForwarded: _forwarded,
    f.CallParked: _parked,
    f.PickUpStarted: _pick_started,
    f.CallPickedUp: _picked_up,
    f.ConsultStarted: _consult_started,
    f.ConsultAnswered: _consult_answered,
    f.ConsultSwapped: _consult_swapped,
    f.ConferenceStarted: _conference_started,
    f.ConsultEnded: _consult_ended,
    f.PartyCalled: _party_called,
    f.PartyJoined: _party_joined,
    f.PartyLeft: _party_left,
}
