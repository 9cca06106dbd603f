"""Hours and retries as the audit tells them: only what differs."""

from collections.abc import Iterable
from typing import Any

from django.utils.dates import WEEKDAYS

from crm.campaigns.models.campaigns import retries_default
from crm.campaigns.words import outcome_words, step_words


def hours_differ(old: Any, new: Any) -> Iterable[tuple[str, str, str]]:
    """For each weekday its name and its periods before and after, "" for none."""
    before, after = _week(old), _week(new)
    for day, (one, other) in enumerate(zip(before, after, strict=True)):
        if one != other:
            yield str(WEEKDAYS[day]), one, other


def retries_differ(old: Any, new: Any) -> Iterable[tuple[str, str, str]]:
    """For each outcome its words and what followed before and follows now."""
    for code in retries_default():
        one, other = (side.get(code) if isinstance(side, dict) else None for side in (old, new))
        if one != other:
            yield outcome_words(code), step_words(one) if one else "", step_words(other) if other else ""


def _week(hours: Any) -> list[str]:
    days = hours if isinstance(hours, list) and len(hours) == 7 else [[]] * 7
    return [", ".join(f"{begin}–{end}" for begin, end in day) for day in days]
