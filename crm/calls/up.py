"""A call that is up but not yet a row: what the live view knows of it, told in the form of its facts."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from crm.access.holding import reach
from crm.accounts.models import Scope, User
from crm.calls.models import CallRecord, Outcome
from crm.calls.selectors import CallStory, TimelineEntry
from crm.live.state import live_state
from crm.numbers import caller_key
from crm.telephony.models import Queue
from crm.telephony.serving import serving
from switchctl.contract.live import LiveCall

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(us: int) -> datetime:
    """Microseconds since the epoch as a time."""
    return EPOCH + timedelta(microseconds=us)


def story_up(call_id: str, *, user: User) -> CallStory | None:
    """The story so far of a call of the live view; None when it is not up or not the user's to see."""
    call = live_state().view.calls.get(call_id)
    if call is None or not _sees(user, call):
        return None
    record = CallRecord(
        call_id=call.id, number=call.number, number_e164=caller_key(call.number), caller_name=call.name,
        node=call.node, dialled=call.dialled, direction=call.direction, queue=call.queue, agent=call.agent,
        arrived_at=moment(call.arrived),
    )  # fmt: skip
    record.outcome = Outcome.OPEN.value
    timeline = [
        TimelineEntry(moment(at), kind, payload, (at - call.arrived) / 1e6)
        for at, kind, payload in sorted(stated_facts(msgspec.structs.asdict(call)), key=lambda told: told[0])
    ]
    return CallStory(record, visits=[], offers=[], timeline=timeline, detail=None, begin=record.arrived_at)


def stated_facts(call: Mapping[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The facts that led to a call's present stage: (microseconds, kind, payload).

    ``call`` has the fields of LiveCall, or of CallStated, which is told without what is as usual. What was over before
    this stage, such as offers that were missed, it does not know.
    """
    stage, since = call["stage"], call["since"]
    who = {"offer": call["offer"], "agent": call["agent"]}
    own = {name: call[name] for name in ("number", "name", "dialled")}
    yield call["arrived"], "CallArrived", {**own, "direction": call.get("direction", "inbound")}
    if stage == "flow":
        yield since, "FlowEntered", {"flow": call["flow"]}
    if call["entered"]:
        reason = call["why"] if stage == "waiting" else ""
        visit = {"queue": call["queue"], "visit": call["visit"], "entered": call["entered"]}
        yield call["entered"], "QueueEntered", {**visit, "reason": reason}
    if stage == "offered":
        waited = (since - call["entered"]) // 1000
        yield since, "OfferMade", {**who, "queue": call["queue"], "waited_ms": waited, "reason": call["why"]}
    if stage == "dialling":
        yield since, "DialStarted", dict(who)
        if call.get("picked_up"):
            yield call["picked_up"], "DialProceeded", dict(who)
    if call["talk_since"] and stage in ("talking", "held"):
        yield call["talk_since"], "TalkStarted", {**who, "queue": call["queue"]}
    if call["hold_since"]:
        yield call["hold_since"], "HoldStarted", dict(who)


def _sees(user: User, call: LiveCall) -> bool:
    """The rule of ``calls_visible``, for a call that is no row."""
    reached = reach(user, "calls.see")
    if not reached:
        return False
    if reached.everything or call.agent == user.username:
        return True
    if reached.scope == Scope.OWN:
        return False
    people = dict(reached.users().values_list("pk", "username"))
    if call.agent:
        return call.agent in people.values()
    return not call.queue or Queue.objects.filter(pk__in=serving(people), code=call.queue).exists()
