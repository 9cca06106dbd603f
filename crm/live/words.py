"""The daemon's codes in the reader's words: states, reasons, and why a call went where it went."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.telephony.selectors import pause_reasons

STATES = {
    "offline": gettext_noop("Offline"),
    "ready": gettext_noop("Ready"),
    "offered": gettext_noop("Ringing"),
    "dialling": gettext_noop("Dialling"),
    "talking": gettext_noop("Talking"),
    "held": gettext_noop("On hold"),
    "wrapup": gettext_noop("Wrap-up"),
    "paused": gettext_noop("Paused"),
    "unreachable": gettext_noop("Unreachable"),
}
STAGES = {
    "arrived": gettext_noop("Arrived"),
    "flow": gettext_noop("Greeting"),
    "waiting": gettext_noop("Waiting"),
    "offered": gettext_noop("Ringing"),
    "dialling": gettext_noop("Dialling"),
    "talking": gettext_noop("Talking"),
    "held": gettext_noop("On hold"),
    "consulting": gettext_noop("Waits while her agent asks"),
    "conference": gettext_noop("In a conference of three"),
    "room": gettext_noop("In a conference room"),
    "passed": gettext_noop("Being transferred"),
    "parked": gettext_noop("Parked"),
    "leaving": gettext_noop("Leaving"),
}
REASONS = {
    "signed-in": gettext_noop("just signed in"),
    "signed-out": gettext_noop("not signed in"),
    "missed-calls": gettext_noop("missed too many calls"),
    "phone-unregistered": gettext_noop("phone not registered"),
    "phone-failed": gettext_noop("phone does not work"),
    "phone-expired": gettext_noop("phone not registered"),
    "phone-redirected": gettext_noop("phone sends calls elsewhere"),
    "phone-node-gone": gettext_noop("the switch of the phone is away"),
}
"""Reasons that the daemon gives by itself; all others are the centre's pause reasons."""

WHY = {
    "longest_idle": gettext_noop("Idle longest (%(idle)s) of %(ready)s ready, tier %(tier)s"),
    "next_in_line": gettext_noop("Next in line after %(waited)s, %(waiting)s waiting, tier %(tier)s"),
    "agent_ready": gettext_noop("An agent is ready"),
    "all_busy": gettext_noop("All %(signed_in)s agents who are signed in are busy"),
    "taken_over": gettext_noop("Taken over by a supervisor"),
    "transfer": gettext_noop("Transferred by %(by)s"),
    "forwarded": gettext_noop("Calls to %(extension)s go on to this phone"),
    "number": gettext_noop("The number %(dialled)s leads to this extension"),
    "consult": gettext_noop("%(by)s asks beside a call"),
    "picks_up": gettext_noop("Picks up the call of %(by)s"),
    "retrieved": gettext_noop("Taken from parking place %(slot)s"),
    "returned": gettext_noop("Back from a transfer that nobody took"),
    "nobody_signed_in": gettext_noop("Nobody who serves this queue is signed in"),
}


def states() -> dict[str, str]:
    return {code: _(text) for code, text in STATES.items()}


def stages() -> dict[str, str]:
    return {code: _(text) for code, text in STAGES.items()}


def reasons() -> dict[str, str]:
    """Code → words for all reasons of a pause or of being unreachable."""
    return {code: _(text) for code, text in REASONS.items()} | {r.code: r.label for r in pause_reasons()}


def link() -> dict[str, str]:
    """What a page says of its own connection; ``{time}`` is filled in by the page."""
    return {
        "live": _("Live"),
        "stale": _("No news since {time}"),
        "as_of": _("as of {time}"),
        "lost": _("Connection lost since {time}"),
        "lost_text": _("The figures stand still. The page reconnects by itself."),
        "back": _("Connected again"),
        "daemon_away": _("The call centre service is away"),
        "daemon_away_text": _(
            "Talks go on. Callers go to the switch's fail-safe queue, and phones still ring: answer at the phone. "
            "Here nothing can be ordered until the service is back."
        ),
        "switch_away": _("The telephone switch is away"),
        "switch_away_text": _(
            "If it still runs, talks go on, callers go to its fail-safe queue and phones still ring: "
            "answer at the phone. From here nothing is offered until it is back."
        ),
        "logged_out": _("You are logged out"),
        "logged_out_text": _("Log in again to go on. What you typed is kept on this computer."),
        "not_allowed": _("This page is closed to you"),
        "not_allowed_text": _("Your login may not see it any more. Log in again, or ask your supervisor."),
    }


def reason_words(code: str, known: Mapping[str, str]) -> str:
    """``known`` comes from ``reasons()``. A code that nobody named is shown with its hyphens as spaces."""
    if code.startswith("phone-"):
        return known.get(code, _("phone not registered"))
    return known.get(code) or code.replace("-", " ")


def reason_parts(reason: str) -> tuple[str, dict[str, str]]:
    """``longest_idle:ready=3,tier=1`` as the rule and what it told."""
    rule, _colon, rest = reason.partition(":")
    return rule, dict(pair.partition("=")[::2] for pair in rest.split(",") if pair)


def why_words(reason: str) -> str:
    """``longest_idle:ready=3,tier=1,idle_s=42`` as a sentence; a rule without one comes back as told."""
    rule, told = reason_parts(reason)
    if rule not in WHY:
        return reason
    params = {"ready": "?", "tier": "1", "waiting": "?", "signed_in": "?", "slot": "?", **told}
    params["by"] = told.get("from", "?")
    params["idle"] = duration(told.get("idle_s", "0"))
    params["waited"] = duration(told.get("waited_s", "0"))
    return _(WHY[rule]) % params


def duration(seconds: str | float | None) -> str:
    """``m:ss``, ``h:mm:ss`` from one hour; a dash for None."""
    if seconds is None:
        return "—"
    try:
        whole = max(0, int(float(seconds)))
    except ValueError:
        return "—"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
