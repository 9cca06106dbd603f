"""Transfers, questions beside a call, mute and keys, in a timeline's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.access.numbers import shown_number
from crm.calls.models import Outcome
from crm.live.words import duration

if TYPE_CHECKING:
    from crm.calls.words import Names

CONSULTS = {
    "transferred": gettext_noop("the customer was handed over"),
    "ringing": gettext_noop("the customer waits until it is answered"),
    "cancelled": gettext_noop("taken back"),
    "unreached": gettext_noop("not reached"),
    "left": gettext_noop("hung up"),
    "forwarded": gettext_noop("forwarded"),
    "customer_left": gettext_noop("the customer hung up"),
}


def _result(code: str) -> str:
    return str(Outcome(code).label) if code in Outcome.values else code


def _ms(value: Any) -> str:
    return duration((value or 0) / 1000)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _consult_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    to = n.person(p["to"]) if p.get("what") == "agent" else shown_number(p.get("to", ""), whole=n.whole)
    title = _("%(agent)s asks %(target)s") % {"agent": n.person(p["agent"]), "target": to}
    return "users", title, _("the customer hears music"), "held"


def _consult_answered(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "users", _("The two speak with each other"), ""


def _consult_swapped(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    front = p.get("front") == "customer"
    return "switch-horizontal", _("Back to the customer") if front else _("Back to who is asked"), n.person(p["agent"])


def _conference_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "users", _("All three hear each other"), n.person(p["agent"])


def _consult_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    result = p.get("result", "")
    return "users", _("The question is over"), _(CONSULTS[result]) if result in CONSULTS else result


def _mute_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "microphone-off", _("Microphone off"), n.person(p["agent"])


def _marked(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    by_phone = p.get("how") == "phone"
    return "star", _("Customer marked"), _joined(n.person(p["agent"]), _("by a code on the phone") if by_phone else "")


def _mute_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "microphone", _("Microphone on again"), n.person(p["agent"])


def _keys_sent(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "dialpad", _("Keys sent to the other side"), n.person(p["agent"])


def _transferred(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    what, to = p.get("what", ""), p.get("to", "")
    named = {"agent": n.person, "queue": n.queue, "number": lambda number: shown_number(number, whole=n.whole)}
    target = named[what](to) if what in named else ""
    if p.get("how") == "number":
        title = _("The number leads to %(target)s")
    elif p.get("how") == "redirected":
        title = _("Redirected to %(target)s while the phone rang")
    elif p.get("how") == "returned":
        title = _("Not taken there: back to %(target)s") if target else _("Not taken there, and nobody to return to")
    else:
        title = _("Transferred to %(target)s")
    by = _("ordered by %(person)s") % {"person": n.person(p["by"])} if p.get("by") else ""
    return "arrow-forward-up", title % {"target": target}, _joined(n.person(p["agent"]), by)


def _parked(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    by = _("ordered by %(person)s") % {"person": n.person(p["by"])} if p.get("by") else ""
    title = _("Parked at %(slot)s") % {"slot": p.get("slot", "")}
    return "parking", title, _joined(n.person(p["agent"]), by), "held"


def _retrieved(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("%(agent)s takes the call from %(slot)s") % {"agent": n.person(p["agent"]), "slot": p.get("slot", "")}
    return "parking", title, ""


def _pick_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    told = {"agent": n.person(p["agent"]), "other": n.person(p.get("of", ""))}
    return "phone-incoming", _("%(agent)s wants to pick up the call of %(other)s") % told, ""


def _picked_up(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    other = n.person(p["of"]) if p.get("of") else ""
    return "phone-incoming", _("%(agent)s picks the call up") % {"agent": n.person(p["agent"])}, other


FORWARDS = {
    "always": gettext_noop("unconditional"),
    "no_answer": gettext_noop("nobody answered"),
    "busy": gettext_noop("on a busy extension"),
}


def _forwarded(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    how, to = p.get("how", ""), p.get("to", "")
    told = {"extension": p.get("extension", ""), "number": to if len(to) <= 6 else shown_number(to, whole=n.whole)}
    why = _(FORWARDS[how]) if how in FORWARDS else how
    return "arrow-forward-up", _("%(extension)s is forwarded to %(number)s") % told, why


def _party_called(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Calls %(number)s for the customer") % {"number": shown_number(p.get("outside", ""), whole=n.whole)}
    return "phone-outgoing", title, _("shows %(number)s") % {"number": p["shows"]} if p.get("shows") else "", "offered"


def _party_joined(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Talk with %(agent)s") % {"agent": shown_number(p.get("outside", ""), whole=n.whole)}
    return "phone", title, "", "talking"


def _party_left(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    number = shown_number(p.get("outside", ""), whole=n.whole)
    title = _("%(agent)s: %(result)s") % {"agent": number, "result": _result(p.get("result", ""))}
    talked = _("talk %(time)s") % {"time": _ms(p["talk_ms"])} if p.get("talk_ms") else ""
    return "phone-off", title, _joined(_("rang %(time)s") % {"time": _ms(p.get("ring_ms"))}, talked)


LINES: dict[str, Callable[[dict[str, Any], Names], tuple[str, ...]]] = {
    "ConsultStarted": _consult_started,
    "ConsultAnswered": _consult_answered,
    "ConsultSwapped": _consult_swapped,
    "ConferenceStarted": _conference_started,
    "ConsultEnded": _consult_ended,
    "MuteStarted": _mute_started,
    "MuteEnded": _mute_ended,
    "KeysSent": _keys_sent,
    "CustomerMarked": _marked,
    "CallTransferred": _transferred,
    "CallForwarded": _forwarded,
    "CallParked": _parked,
    "PickUpStarted": _pick_started,
    "CallPickedUp": _picked_up,
    "CallRetrieved": _retrieved,
    "PartyCalled": _party_called,
    "PartyJoined": _party_joined,
    "PartyLeft": _party_left,
}
