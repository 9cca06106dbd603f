"""Conference rooms, in a timeline's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.live.words import duration

if TYPE_CHECKING:
    from crm.calls.words import Names

RESULTS = {
    "left": gettext_noop("hung up"),
    "kicked": gettext_noop("shown the door"),
    "ended": gettext_noop("the room was ended"),
    "lost": gettext_noop("found gone"),
}


def _joined(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    return "users", _("Comes into the conference room %(room)s") % {"room": p.get("room", "")}, "", "talking"


def _changed(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    heard = _("muted") if p.get("muted") else _("heard by all")
    hears = _("hears nobody") if p.get("deaf") else _("hears all")
    return "microphone-off" if p.get("muted") else "microphone", _("In the conference room"), f"{heard} · {hears}"


def _left(p: dict[str, Any], n: Names) -> tuple[str, ...]:
    result = p.get("result", "")
    stayed = duration((p.get("stayed_ms") or 0) / 1000)
    said = _(RESULTS[result]) if result in RESULTS else result
    return "users", _("Leaves the conference room"), f"{said} · {stayed}"


LINES: dict[str, Callable[[dict[str, Any], Names], tuple[str, ...]]] = {
    "MemberJoined": _joined,
    "MemberChanged": _changed,
    "MemberLeft": _left,
}
