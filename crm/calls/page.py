"""What the page of one call shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from crm.access.holding import may, reach
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.calls import words
from crm.calls.axis import Axis, axis
from crm.calls.models import CallRecord, Fact
from crm.calls.selectors import CallStory, calls_visible
from crm.calls.up import story_up
from crm.calls.why import Why, why
from crm.campaigns.evidence.selectors import evidence_opens
from crm.campaigns.models import Verdict
from crm.desk.campaigns import agreed_in, outcomes_of
from crm.live.words import reasons
from crm.telephony.selectors import dispositions, queue_names

DEFAULTS = ("OfferMade", "DialEnded", "DialStarted", "QueueEntered")
"""Of the first of these that the call has, the newest is the event that is open at first."""


@dataclass(frozen=True)
class Event:
    """A row of the timeline and what opens when it is chosen."""

    line: words.Line
    why: Why
    place: float | None
    """Where it lies on the axis, in hundredths; None if beyond."""
    chosen: bool = False


@dataclass(frozen=True)
class Length:
    """A duration of the row of facts. ``since``: microseconds from which it runs on; 0 = it does not run."""

    seconds: float | None
    since: int = 0


def told(story: CallStory, user: User, now: datetime, newest: str) -> dict[str, Any]:
    """What the template fills in for a call that the user may see. ``newest``: the revision, read before the story
    was."""
    call = story.record
    people = User.objects.in_bulk(list(words.agents_in(story.timeline) | {call.agent} - {""}), field_name="username")
    queues = queue_names()
    outbound = call.direction == "outbound"
    who = {login: str(person) for login, person in people.items()}
    names = words.Names(who, queues, reasons(), whole=sees_whole(user), outbound=outbound)
    drawn = axis(story, names, now)
    recorded = not call._state.adding
    # A campaign's call has its campaign's outcomes.
    offered = outcomes_of(call.call_id) if outbound and recorded else ()
    return {
        "page": "calls",
        "call": call,
        "recorded": recorded,
        "axis": drawn,
        "events": _events(story, drawn, names),
        "people": who,
        "extensions": {login: person.extension or "" for login, person in people.items()},
        "queue_names": queues,
        "lengths": _lengths(story, drawn, now),
        "ended_by": words.party(call.ended_by, outbound=outbound),
        "release": words.release(call.hangup_cause, call.q850, call.sip_status, outbound=outbound),
        "up": drawn.open or call.ended_at is None,
        "now": round(now.timestamp() * 1e6),
        "revision": newest,
        "may_dial": may(user, "calls.dial") and bool(user.extension),
        "dispositions": _with_own(call, list(offered or dispositions())),
        "asks_now": any(
            choice.means == Verdict.CALLBACK and choice.code == getattr(call.disposition, "code", "")
            for choice in offered
        ),
        "asks_when": any(choice.means == Verdict.CALLBACK for choice in offered),
        "agreed": agreed_in(call.call_id) if offered else None,
        "evidence": evidence_opens(user, call.call_id),
        "may_note": recorded and _may_note(user, call.call_id),
    }


def _with_own(call: CallRecord, offered: list[Any]) -> list[Any]:
    """Its own outcome is among them though nobody may choose it any more: else saving a note would take it away."""
    own = call.disposition
    return offered if own is None or own.code in {one.code for one in offered} else [*offered, own]


def _may_note(user: User, call_id: str) -> bool:
    """Who may note as far as she sees need not be asked about again."""
    if reach(user, "calls.note") == reach(user, "calls.see"):
        return True
    return calls_visible(user, "calls.note").filter(pk=call_id).exists()


def revision(call_id: str, *, user: User, among: QuerySet[CallRecord]) -> str:
    """Changes when the call does; "" for one that is not the user's to see. ``among``: the calls that she may see."""
    record = among.filter(pk=call_id).values_list("ended_at", "final", "wrap_ms").first()
    if record:
        facts = Fact.objects.filter(call_id=call_id).aggregate(n=Count("id"), newest=Max("seq"))
        ended, final, wrap_ms = record
        return f"{facts['n']}.{facts['newest']}.{ended is not None:d}{final:d}.{wrap_ms}"
    story = story_up(call_id, user=user)
    return f"up.{len(story.timeline)}.{story.timeline[-1].at.timestamp()}" if story else ""


def _events(story: CallStory, drawn: Axis, names: words.Names) -> list[Event]:
    lines = words.lines(story.timeline, names)
    found = [
        next((n for n in reversed(range(len(lines))) if lines[n].entry.kind == kind), None) for kind in DEFAULTS
    ]  # fmt: skip
    chosen = next((n for n in found if n is not None), 0)
    return [
        Event(line, why(line, story, names), _place(line.entry.seconds, drawn), n == chosen)
        for n, line in enumerate(lines)
    ]


def _place(seconds: float, drawn: Axis) -> float | None:
    return seconds / drawn.length * 100 if 0 <= seconds <= drawn.length and drawn.length else None


def _lengths(story: CallStory, drawn: Axis, now: datetime) -> dict[str, Length]:
    """The record's own figures of what is over; what lasts is read off the axis."""
    call = story.record
    whole = None
    if call.arrived_at:
        whole = ((call.ended_at or now) - call.arrived_at).total_seconds()

    def of(ms: int | None, *stage: str, caller: bool = True) -> Length:
        seconds = drawn.seconds(*stage, caller=caller)
        if drawn.lasts(*stage, caller=caller) and seconds is not None:
            return Length(seconds, round((now.timestamp() - seconds) * 1e6))
        return Length(seconds if ms is None else ms / 1000)

    return {
        "whole": Length(whole, 0 if call.ended_at or not call.arrived_at else round(call.arrived_at.timestamp() * 1e6)),
        "greeting": of(None, "flow"),
        "waited": of(call.wait_ms, "waiting"),
        "talked": of(call.talk_ms, "talking"),
        "held": of(call.hold_ms, "held"),
        "wrapped": of(call.wrap_ms, "wrapup", caller=False),
    }
