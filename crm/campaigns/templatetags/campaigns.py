"""What only the pages of campaigns need."""

import json
from collections.abc import Mapping, Sequence, Sized
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.campaigns.models import LeadState
from crm.campaigns.words import outcome_words

register = template.Library()

LEFT_OUT = {
    "already": gettext_lazy("in it already"),
    "no_number": gettext_lazy("without a number"),
    "listed": gettext_lazy("not to be called"),
    "closed": gettext_lazy("number of no use"),
    "busy": gettext_lazy("just being called, or a callback is agreed"),
}
REASONS = {
    "ended": gettext_lazy("the campaign had ended"),
    "not_allowed": gettext_lazy("whoever ordered it may not do it any more"),
    "error": gettext_lazy("something went wrong; the log has it"),
}


@register.filter
def length_of(things: Sized) -> int:
    """How many. (``length`` of the shared pieces is a duration.)"""
    return len(things)


@register.filter
def summed(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


@register.filter
def left_out(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why customers were not taken, and how many."""
    return [(str(LEFT_OUT.get(code) or outcome_words(code)), n) for code, n in counts.items() if code != "taken" and n]


@register.filter
def leads_meant(said: Mapping[str, str]) -> str:
    """Which leads an order asks for: the filters of the campaign's page in words."""
    states = dict(LeadState.choices)
    words = [states.get(said.get("state", ""), ""), outcome_words(said.get("outcome", "")), said.get("q", "")]
    words.append(_("not reached") if said.get("reach") else "")
    return " · ".join(str(word) for word in words if word)


@register.filter
def fill_reason(code: str) -> str:
    return str(REASONS.get(code, code))


@register.simple_tag
def share(part: int, whole: int) -> str:
    """In percent with one decimal; a dash of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


@register.filter
def as_json(value: Any) -> str:
    """For an attribute."""
    return json.dumps(value, separators=(",", ":"))


@register.filter
def get(table: Mapping[str, str], key: str) -> str:
    return table.get(key, key)


@register.filter
def free_lines(_nothing: str, number: int) -> range:
    return range(number)


@register.filter
def moment(at: datetime) -> str:
    """The time; with its day if that is not today."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%m-%d %H:%M}"


@register.filter
def hours_words(hours: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    """Days with the same periods in one line: "Mon–Fri 09:00–12:00, 14:00–18:00"."""
    lines: list[tuple[int, int, Sequence[Sequence[str]]]] = []
    for day, periods in enumerate(hours):
        if lines and lines[-1][1] == day - 1 and lines[-1][2] == periods:
            lines[-1] = (lines[-1][0], day, periods)
        else:
            lines.append((day, day, periods))
    return [f"{_days(first, last)} {_periods(periods)}" for first, last, periods in lines if periods]


def _days(first: int, last: int) -> str:
    names = str(WEEKDAYS_ABBR[first]), str(WEEKDAYS_ABBR[last])
    return names[0] if first == last else "–".join(names)


def _periods(periods: Sequence[Sequence[str]]) -> str:
    return _(", ").join(f"{begin}–{end}" for begin, end in periods)
