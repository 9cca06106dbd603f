"""Supervision in a call's timeline: its words, and who may read them."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.access.holding import may
from crm.accounts.models import User
from crm.calls.selectors import CallStory
from crm.live.words import duration

KINDS = ("WatchStarted", "WatchChanged", "WatchEnded")
MODES = {
    "listen": gettext_noop("listens, heard by nobody"),
    "whisper": gettext_noop("is heard by the agent"),
    "customer": gettext_noop("is heard by the customer"),
    "barge": gettext_noop("is heard by both"),
    "take": gettext_noop("to take the call over"),
}
RESULTS = {
    "left": gettext_noop("left the call"),
    "talk_over": gettext_noop("the talk was over"),
    "unanswered": gettext_noop("did not pick up"),
    "failed": gettext_noop("phone could not be reached"),
    "taken": gettext_noop("took the call over"),
    "lost": gettext_noop("found gone"),
}


def seen_by(story: CallStory, user: User) -> CallStory:
    """Without what only supervisors may know: that somebody listened. Nobody reads it of her own talks."""
    if story.timeline:
        allowed, login = may(user, "agents.supervise"), user.username
        story.timeline[:] = [
            entry
            for entry in story.timeline
            if entry.kind not in KINDS or (allowed and entry.payload.get("agent") != login)
        ]
    return story


def _mode(p: dict[str, Any]) -> str:
    return _(MODES[p["mode"]]) if p.get("mode") in MODES else p.get("mode", "")


def _started(p: dict[str, Any], n: Any) -> tuple[str, ...]:
    return "bell-ringing", _("Supervisor %(who)s: the phone rings") % {"who": n.person(p.get("by", ""))}, _mode(p)


def _changed(p: dict[str, Any], n: Any) -> tuple[str, ...]:
    return "headset", _("Supervisor %(who)s is in the call") % {"who": n.person(p.get("by", ""))}, _mode(p)


def _ended(p: dict[str, Any], n: Any) -> tuple[str, ...]:
    said = _(RESULTS[p["result"]]) if p.get("result") in RESULTS else p.get("result", "")
    heard = duration(p["watched_ms"] / 1000) if p.get("watched_ms") else ""
    title = _("Supervisor %(who)s is in the call no longer") % {"who": n.person(p.get("by", ""))}
    return "phone-off", title, " · ".join(filter(None, (said, heard)))


def _taken(p: dict[str, Any], n: Any) -> tuple[str, ...]:
    said = {"who": n.person(p.get("by", "")), "agent": n.person(p["agent"])}
    return "phone-incoming", _("%(who)s took the call over from %(agent)s") % said, "", "talking"


def _signed_out(p: dict[str, Any], n: Any) -> tuple[str, ...]:
    said = {"who": n.person(p.get("by", "")), "agent": n.person(p["agent"])}
    return "user", _("%(who)s signs %(agent)s out and ends her call") % said, ""


LINES: dict[str, Callable[[dict[str, Any], Any], tuple[str, ...]]] = {
    "WatchStarted": _started, "WatchChanged": _changed, "WatchEnded": _ended, "CallTaken": _taken,
    "SignOutOrdered": _signed_out,
}  # fmt: skip
