"""A fact of a call's timeline in the reader's words."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.access.numbers import shown_keys, shown_number, shown_text
from crm.calls import roomwords, transferwords, watchwords
from crm.calls.models import Offer, Outcome
from crm.calls.selectors import TimelineEntry
from crm.live.words import duration, reason_words, states, why_words

RESULTS = {
    "answered": gettext_noop("answered"),
    "rna": gettext_noop("not answered in time"),
    "rejected": gettext_noop("rejected"),
    "busy_device": gettext_noop("phone was busy"),
    "unregistered": gettext_noop("phone not registered"),
    "cancelled": gettext_noop("withdrawn"),
    "failed": gettext_noop("phone could not be reached"),
    "forwarded": gettext_noop("forwarded"),
    "redirected": gettext_noop("the phone sent it elsewhere by itself"),
}
REFUSED = {
    "number": gettext_noop("the black list names this number"),
    "prefix": gettext_noop("the black list names a segment with this number"),
    "range": gettext_noop("the black list names a segment with this number"),
    "erased": gettext_noop("the black list names this number, of somebody who was erased"),
}
"""What the line of the list names that refused a caller."""
PARTIES = {
    "customer": gettext_noop("the caller"),
    "agent": gettext_noop("the agent"),
    "supervisor": gettext_noop("a supervisor"),
    "system": gettext_noop("the system"),
    "transfer": gettext_noop("the agent, by a transfer"),
}
EXITS = {
    "answered": gettext_noop("to an agent"),
    "abandoned": gettext_noop("the caller left"),
    "overflow": gettext_noop("sent elsewhere"),
    "system_failure": gettext_noop("a fault of the system"),
    "completed": gettext_noop("heard to the end"),
    "hangup": gettext_noop("the caller left"),
    "error": gettext_noop("it could not be played"),
}
CAUSES = {
    "NORMAL_CLEARING": gettext_noop("hung up normally"),
    "ORIGINATOR_CANCEL": gettext_noop("caller gave up"),
    "NORMAL_UNSPECIFIED": gettext_noop("hung up without a cause"),
    "NO_USER_RESPONSE": gettext_noop("the phone did not respond"),
    "DESTINATION_OUT_OF_ORDER": gettext_noop("the other side is out of order"),
    "NETWORK_OUT_OF_ORDER": gettext_noop("the network is out of order"),
    "NORMAL_TEMPORARY_FAILURE": gettext_noop("a passing fault of the network"),
    "NORMAL_CIRCUIT_CONGESTION": gettext_noop("no line was free"),
    "SWITCH_CONGESTION": gettext_noop("the network was congested"),
    "INCOMPATIBLE_DESTINATION": gettext_noop("the sides have no codec in common"),
    "NO_ROUTE_DESTINATION": gettext_noop("no route to the number"),
    "INVALID_NUMBER_FORMAT": gettext_noop("the number has a wrong form"),
    "NUMBER_CHANGED": gettext_noop("the number has changed"),
    "REDIRECTION_TO_NEW_DESTINATION": gettext_noop("sent us to another number"),
    "MANAGER_REQUEST": gettext_noop("ended by order"),
    "LOSE_RACE": gettext_noop("another phone was quicker"),
    "NO_ANSWER": gettext_noop("no answer"),
    "USER_BUSY": gettext_noop("busy"),
    "CALL_REJECTED": gettext_noop("rejected"),
    "MEDIA_TIMEOUT": gettext_noop("no sound arrived any more"),
    "RECOVERY_ON_TIMER_EXPIRE": gettext_noop("the line did not answer any more"),
    "SYSTEM_SHUTDOWN": gettext_noop("the switch was shut down"),
    "switch_crash": gettext_noop("the switch crashed"),
    "lost": gettext_noop("ended unseen"),
}
"""The usual hangup causes; others are shown as the switch names them."""
OUTBOUND_CAUSES = {
    "ORIGINATOR_CANCEL": gettext_noop("the agent gave up"),
    "UNALLOCATED_NUMBER": gettext_noop("no such number"),
    "SUBSCRIBER_ABSENT": gettext_noop("phone switched off"),
    "INVALID_GATEWAY": gettext_noop("the gateway is not set up"),
}
WRAPS = {
    "agent": gettext_noop("finished by the agent"),
    "time": gettext_noop("ended by time"),
    "system": gettext_noop("ended by the system"),
}


_KEYS = "KeysPressed"


@dataclass(frozen=True)
class Line:
    """One row of a timeline. ``hue`` is the state whose colour marks it, "" for none."""

    entry: TimelineEntry
    icon: str
    title: str
    detail: str
    hue: str = ""


@dataclass(frozen=True)
class Names:
    """What codes are called: agents by login, queues by code, reasons by code."""

    people: Mapping[str, str]
    queues: Mapping[str, str]
    reasons: Mapping[str, str]
    whole: bool = False
    """Customers' numbers are shown whole."""
    outbound: bool = False
    """An agent dialled the call."""

    def person(self, login: str) -> str:
        return self.people.get(login, login)

    def queue(self, code: str) -> str:
        return self.queues.get(code, code)


def line(entry: TimelineEntry, names: Names) -> Line:
    """A kind without words of its own is shown by its name, so that nothing of a call is hidden."""
    make = _LINES.get(entry.kind)
    if make is None:
        return Line(entry, "info-circle", entry.kind, "")
    return Line(entry, *make(entry.payload, names))


def lines(timeline: list[TimelineEntry], names: Names) -> list[Line]:
    """All rows. Keys that were pressed one after the other are one row; what is masked of them is decided by all that
    the caller pressed, or a number that she typed with a pause in it could be read."""
    pressed = "".join(entry.payload.get("keys", "") for entry in timeline if entry.kind == _KEYS)
    shown = iter(shown_keys(pressed, whole=names.whole))
    rows: list[Line] = []
    for entry in timeline:
        if entry.kind != _KEYS:
            rows.append(line(entry, names))
            continue
        keys = "".join(itertools.islice(shown, len(entry.payload.get("keys", ""))))
        if rows and rows[-1].entry.kind == _KEYS:
            rows[-1] = replace(rows[-1], detail=rows[-1].detail + keys)
        else:
            rows.append(replace(line(entry, names), detail=keys))
    return [replace(row, detail=row.detail or _("erased")) if row.entry.kind == _KEYS else row for row in rows]


def agents_in(timeline: list[TimelineEntry]) -> set[str]:
    """Logins that a timeline speaks of."""
    found = {entry.payload.get("agent") for entry in timeline}
    found |= {entry.payload.get("by") for entry in timeline if entry.kind in watchwords.LINES}
    return found - {None, ""}


def party(code: str, *, outbound: bool = False) -> str:
    if outbound and code == "customer":
        return _("the customer")
    return _(PARTIES[code]) if code in PARTIES else code


def result_of(offer: Offer) -> str:
    """What a ringing or a dialling came to."""
    return dial_result(offer.dial_result) if offer.dialled_at else result(offer.result)


def dial_result(code: str) -> str:
    return str(Outcome(code).label) if code in Outcome.values else code


def result(code: str) -> str:
    return _(RESULTS[code]) if code in RESULTS else code


Q850 = {
    "UNALLOCATED_NUMBER": "1", "NO_ROUTE_DESTINATION": "3", "NORMAL_CLEARING": "16", "USER_BUSY": "17",
    "NO_USER_RESPONSE": "18", "NO_ANSWER": "19", "SUBSCRIBER_ABSENT": "20", "CALL_REJECTED": "21",
    "NUMBER_CHANGED": "22", "DESTINATION_OUT_OF_ORDER": "27", "INVALID_NUMBER_FORMAT": "28",
    "NORMAL_UNSPECIFIED": "31", "NORMAL_CIRCUIT_CONGESTION": "34", "NETWORK_OUT_OF_ORDER": "38",
    "NORMAL_TEMPORARY_FAILURE": "41", "SWITCH_CONGESTION": "42", "INCOMPATIBLE_DESTINATION": "88",
    "RECOVERY_ON_TIMER_EXPIRE": "102",
}  # fmt: skip
"""Hangup cause of FreeSWITCH → number of ITU-T Q.850, for calls of which only the word was told."""


def release(cause: str, q850: str = "", sip: str = "", *, outbound: bool = False) -> tuple[str, str, str]:
    """A release cause in words, its number of Q.850 and its SIP status; "" for what is not known."""
    causes = CAUSES | OUTBOUND_CAUSES if outbound else CAUSES
    number = q850 if q850 not in ("", "0") else Q850.get(cause, "")
    return _(causes[cause]) if cause in causes else cause, number, sip


def _ms(value: Any) -> str:
    return duration((value or 0) / 1000)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _arrived(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    caller = shown_number(p.get("number", ""), whole=n.whole) or _("number withheld")
    name = shown_text(p.get("name", ""), whole=n.whole)
    dialled = _("dialled %(number)s") % {"number": p.get("dialled", "")} if p.get("dialled") else ""
    if n.outbound:
        return "phone-outgoing", _("Call dialled"), caller
    return "phone-incoming", _("Call arrived"), _joined(caller, name, dialled)


def _answered(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "phone", _("Answered by the customer") if n.outbound else _("Answered by the switch"), ""


def _refused_by_list(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    names = REFUSED.get(p.get("by", ""), REFUSED["number"])
    return "phone-x", _("Refused before the answer"), _(names)


def _keys_pressed(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "dialpad", _("Keys pressed"), shown_keys(p.get("keys", ""), whole=n.whole)


def _dial_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Rings %(agent)s, who dials") % {"agent": n.person(p["agent"])}
    return "bell-ringing", title, _("shows %(number)s") % {"number": p["shows"]} if p.get("shows") else "", "offered"


def _dial_proceeded(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "phone-outgoing", _("%(agent)s picked up; the customer is called") % {"agent": n.person(p["agent"])}, ""


def _dial_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Dialling: %(result)s") % {"result": dial_result(p.get("result", ""))}
    rang = _("after %(time)s") % {"time": _ms(p.get("ring_ms"))}
    q850 = f"Q.850 {p['q850']}" if p.get("q850") else ""
    sip = f"SIP {p['sip_status']}" if p.get("sip_status") else ""
    return "phone" if p.get("result") == "answered" else "phone-off", title, _joined(rang, q850, sip)


def _flow_entered(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "route", _("Greeting begins"), ""


def _flow_left(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "route", _("Greeting ends"), _exit(p)


def _queue_entered(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Queue %(queue)s entered") % {"queue": n.queue(p.get("queue", ""))}
    return "users", title, why_words(p.get("reason", "")), "offered"


def _queue_left(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Queue %(queue)s left") % {"queue": n.queue(p.get("queue", ""))}
    return "users", title, _joined(_exit(p), _("waited %(time)s") % {"time": _ms(p.get("wait_ms"))})


def _offer_made(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("Rings %(agent)s") % {"agent": n.person(p["agent"])}
    waited = _("waited %(time)s so far") % {"time": _ms(p.get("waited_ms"))}
    return "bell-ringing", title, _joined(why_words(p.get("reason", "")), waited), "offered"


def _offer_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    title = _("%(agent)s: %(result)s") % {"agent": n.person(p["agent"]), "result": result(p.get("result", ""))}
    missed = _("misses in a row: %(n)s") % {"n": p["misses"]} if p.get("misses") else ""
    rang = _("rang %(time)s") % {"time": _ms(p.get("ring_ms"))}
    return ("phone" if p.get("result") == "answered" else "phone-off"), title, _joined(rang, missed)


def _talk_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "phone", _("Talk with %(agent)s") % {"agent": n.person(p["agent"])}, "", "talking"


def _hold_started(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "player-pause", _("Put on hold"), n.person(p["agent"]), "held"


def _hold_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "player-play", _("Off hold"), _("held for %(time)s") % {"time": _ms(p.get("held_ms"))}, "talking"


def _talk_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    talked = _("talk %(time)s") % {"time": _ms(p.get("talk_ms"))}
    held = _("hold %(time)s") % {"time": _ms(p["hold_ms"])} if p.get("hold_ms") else ""
    by = _("ended by %(who)s") % {"who": party(p.get("ended_by", ""), outbound=n.outbound)}
    return "phone-off", _("Talk ended"), _joined(talked, held, by)


def _wrap_ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    by = _(WRAPS[p["by"]]) if p.get("by") in WRAPS else ""
    return "check", _("Wrap-up ended"), _joined(n.person(p["agent"]), _ms(p.get("wrap_ms")), by), "wrapup"


def _wrap_extended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "clock", _("Wrap-up extended"), n.person(p["agent"]), "wrapup"


def _planned(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    if not p.get("reason"):
        return "coffee", _("%(agent)s takes back the planned pause") % {"agent": n.person(p["agent"])}, ""
    title = _("%(agent)s plans to pause after this call") % {"agent": n.person(p["agent"])}
    return "coffee", title, reason_words(p["reason"], n.reasons)


def _ended(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    by = _("ended by %(who)s") % {"who": party(p.get("ended_by", ""), outbound=n.outbound)}
    cause, q850, sip = release(p.get("cause", ""), p.get("q850", ""), p.get("sip_status", ""), outbound=n.outbound)
    q850, sip = f"Q.850 {q850}" if q850 else "", f"SIP {sip}" if sip else ""
    found = _("found missing") if p.get("source") == "inferred" else ""
    return "phone-off", _("Call ended"), _joined(by, cause, q850, sip, found)


REPAIRS = {
    "taken back": gettext_noop("Taken back after a restart; the waiting time is kept."),
    "adopted": gettext_noop("Found on the switch after a restart."),
    "adopted while talking": gettext_noop("Found talking after a restart."),
    "adopted agent leg": gettext_noop("The agent's phone was found after a restart."),
    "agent leg lost": gettext_noop("The agent's phone is no longer in the call."),
    "half-built offer": gettext_noop("A ringing that a restart interrupted was withdrawn."),
    "orphan agent leg ended": gettext_noop("An agent's phone without a caller was released."),
    "no bridge came": gettext_noop("The switch did not join the two in time; the caller waits on at her place."),
    "the end of the greeting was not seen": gettext_noop("The greeting was over, though the switch did not say so."),
    "the queue was taken away": gettext_noop("Its queue was taken away."),
    "the switch was restarted": gettext_noop("The switch was restarted."),
    "the switch no longer has its leg": gettext_noop("The switch no longer has the call."),
}


def _repaired(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    reason = p.get("reason", "")
    return "tool", _("Corrected after comparing with the switch"), _(REPAIRS[reason]) if reason in REPAIRS else reason


def _stated(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "info-circle", _("Taken up again after a restart or by another daemon"), ""


def _state(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    word = states().get(p.get("state", ""), p.get("state", ""))
    reason = reason_words(p["reason"], n.reasons) if p.get("reason") else ""
    title = _("%(agent)s is now: %(state)s") % {"agent": n.person(p["agent"]), "state": word}
    return "user", title, reason, p.get("state", "")


def _refused(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    sentence = _(p.get("reason", ""))
    try:
        sentence = sentence % p.get("params", {})
    except (KeyError, TypeError, ValueError):
        pass  # shown as it was told
    return "alert-triangle", _("An order of %(agent)s was refused") % {"agent": n.person(p["agent"])}, sentence


def _exit(p: dict[str, Any]) -> str:
    return _(EXITS[p["exit"]]) if p.get("exit") in EXITS else p.get("exit", "")


_LINES: dict[str, Callable[[dict[str, Any], Names], tuple[str, ...]]] = {
    "CallArrived": _arrived,
    "CallAnswered": _answered,
    "CallRefused": _refused_by_list,
    "FlowEntered": _flow_entered,
    "FlowLeft": _flow_left,
    "QueueEntered": _queue_entered,
    "QueueLeft": _queue_left,
    "OfferMade": _offer_made,
    "OfferEnded": _offer_ended,
    _KEYS: _keys_pressed,
    "DialStarted": _dial_started,
    "DialProceeded": _dial_proceeded,
    "DialEnded": _dial_ended,
    "TalkStarted": _talk_started,
    "HoldStarted": _hold_started,
    "HoldEnded": _hold_ended,
    "TalkEnded": _talk_ended,
    **transferwords.LINES,
    **roomwords.LINES,
    "WrapUpExtended": _wrap_extended,
    "WrapUpEnded": _wrap_ended,
    "CallEnded": _ended,
    "CallRepaired": _repaired,
    "CallStated": _stated,
    "AgentStateChanged": _state,
    "PausePlanned": _planned,
    "CommandRefused": _refused,
    **watchwords.LINES,
}
