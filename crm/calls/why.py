"""Why something of a call happened, as far as its facts tell: what opens when an event is chosen."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.calls.models import Offer, QueueVisit
from crm.calls.selectors import CallStory
from crm.calls.words import Line, Names, release, result
from crm.live.words import duration, reason_parts, why_words

RULES = {
    "longest_idle": gettext_noop("The agent who has been idle longest"),
    "next_in_line": gettext_noop("An agent became ready and took the caller who is next"),
}
SOURCES = {
    "agent": gettext_noop("the agent"),
    "system": gettext_noop("the system"),
    "supervisor": gettext_noop("a supervisor"),
}


@dataclass(frozen=True)
class Why:
    """``rows`` are pairs of a label and a value; ``late``: the value broke its target."""

    heading: str
    sentence: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    late: str = ""


def why(line: Line, story: CallStory, names: Names) -> Why:
    """Of one row of the timeline."""
    make = _WHYS.get(line.entry.kind, _plain)
    return make(line, story, names)


def _offer(line: Line, story: CallStory, names: Names) -> Why:
    p = line.entry.payload
    rule, told = reason_parts(p.get("reason", ""))
    rows = [(_("Rule"), _(RULES[rule]) if rule in RULES else "")]
    rows += [
        (_("Agents ready"), told.get("ready", "")),
        (_("Tier in the queue"), told.get("tier", "")),
        (_("Idle for"), duration(told["idle_s"]) if "idle_s" in told else ""),
        (_("Waiting callers"), told.get("waiting", "")),
        (_("The caller had waited"), _ms(p.get("waited_ms"))),
    ]
    offer = next((offer for offer in story.offers if offer.offer == p.get("offer")), None)
    rows += _came_to(offer) if offer else []
    earlier = [o for o in story.offers if o.offered_at and o.offered_at < line.entry.at and o.result != "answered"]
    missed = ", ".join(f"{names.person(o.agent)} ({result(o.result)})" for o in earlier)
    rows.append((_("Rung before"), missed))
    heading = _("Why %(agent)s was rung") % {"agent": names.person(p.get("agent", ""))}
    return Why(heading, why_words(p.get("reason", "")), _told(rows))


def _came_to(offer: Offer) -> list[tuple[str, str]]:
    misses = str(offer.misses) if offer.misses else ""
    return [
        (_("Rang for"), _ms(offer.ring_ms)),
        (_("Came to"), result(offer.result)),
        (_("Misses in a row"), misses),
    ]


def _queue(line: Line, story: CallStory, names: Names) -> Why:
    p = line.entry.payload
    rule, told = reason_parts(p.get("reason", ""))
    visit = next((visit for visit in story.visits if visit.visit == p.get("visit")), None)
    rung = [offer for offer in story.offers if offer.visit == p.get("visit") and offer.offered_at]
    rows = [
        (_("Agents ready"), told.get("ready", "0" if rule else "")),
        (_("Agents signed in"), told.get("signed_in", "0" if rule == "nobody_signed_in" else "")),
        (_("Head start"), duration(p["head_start_s"]) if p.get("head_start_s") else ""),
        (_("Waited"), _ms(visit.wait_ms) if visit else ""),
        (_("Target"), duration(visit.service_level_s) if visit else ""),
        (_("Phones rung"), ", ".join(names.person(offer.agent) for offer in rung)),
    ]
    heading = _("Why the caller waited in %(queue)s") % {"queue": names.queue(p.get("queue", ""))}
    return Why(heading, why_words(p.get("reason", "")), _told(rows), _late(visit))


def _late(visit: QueueVisit | None) -> str:
    over = (visit.wait_ms or 0) / 1000 - visit.service_level_s if visit else 0
    return _("%(time)s over the target") % {"time": duration(over)} if over > 0 else ""


def _ended(line: Line, story: CallStory, names: Names) -> Why:
    p = line.entry.payload
    words, q850, sip = release(p.get("cause", ""), p.get("q850", ""), p.get("sip_status", ""), outbound=names.outbound)
    rows = [(_("Release cause"), words), ("Q.850", q850), ("SIP", sip), (_("The switch's word"), p.get("cause", ""))]
    rows.append((_("Reason"), p.get("reason", "")))
    return Why(line.title, line.detail, _told(rows))


def _state(line: Line, story: CallStory, names: Names) -> Why:
    source = line.entry.payload.get("source", "")
    by = _(SOURCES[source]) if source in SOURCES else ""
    return Why(line.title, line.detail, _told([(_("Brought about by"), by)]))


def _plain(line: Line, story: CallStory, names: Names) -> Why:
    return Why(line.title, line.detail)


def _told(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in rows if value]


def _ms(value: Any) -> str:
    return duration(value / 1000) if value is not None else ""


_WHYS = {
    "OfferMade": _offer,
    "QueueEntered": _queue,
    "DialEnded": _ended,
    "CallEnded": _ended,
    "AgentStateChanged": _state,
}
