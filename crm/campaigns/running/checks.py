"""What rules must be like. Each refusal is a sentence that says which one, and what it should be."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from crm.campaigns.models import Rules
from crm.campaigns.models.campaigns import retries_default
from crm.campaigns.running.shown import shown_check
from crm.campaigns.sounds.selectors import FIELDS, STREAM, sound_hold

PERIODS_A_DAY = 6
MINUTES, TIMES = 14 * 24 * 60, 20
"""How late and how often an outcome is tried again, at most."""
THEN = ("day", "number", "close")
_CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")
NO_SOUND = {"prompt": ("",), "music": (STREAM,)}
"""What rules may name that is no sound of the list: other words would let the switch play, or run, anything."""
_CAPS = (
    ("number_per_day", "number_per_week"), ("person_per_day", "person_per_week"),
)  # fmt: skip


def rules_check(rules: Rules) -> None:
    """Raises ValidationError, by field: everything that is wrong with them. Inside the transaction that saves them."""
    wrong: dict[str, list[Any]] = {}
    try:
        rules.full_clean(exclude=["made_by", "run_since"])
    except ValidationError as error:
        wrong = dict(error.error_dict)
    for field, check in (("hours", hours_clean), ("retries", retries_clean)):
        try:
            setattr(rules, field, check(getattr(rules, field)))
        except ValidationError as error:
            wrong[field] = error.error_list
    for kind, field in FIELDS.items():
        file = getattr(rules, field)
        if field not in wrong and file not in NO_SOUND[field] and not sound_hold(kind, file):
            wrong[field] = [ValidationError(_("There is no such sound. Choose one of the list, or upload it."))]
    try:
        shown_check(rules.caller_number)
    except ValidationError as error:
        wrong.setdefault("caller_number", error.error_list)
    for day, week in _CAPS:
        if day not in wrong and week not in wrong and getattr(rules, week) < getattr(rules, day):
            wrong[week] = [ValidationError(_("In a week at least as many as in a day."))]
    for field in ("number_per_day", "number_per_week", "number_in_all", "person_per_day", "person_per_week"):
        if field not in wrong and getattr(rules, field) < 1:
            wrong[field] = [ValidationError(_("At least one, or nobody is called."))]
    if wrong:
        raise ValidationError(wrong)


def hours_clean(hours: Any) -> list[list[list[str]]]:
    """Monday to Sunday: the periods of each day in their order, ``HH:MM`` to ``HH:MM`` (``24:00`` ends a day).

    Raises ValidationError when a period is no period or two of a day overlap.
    """
    if not isinstance(hours, list) or len(hours) != 7:
        raise ValidationError(_("Hours are told for seven days."))
    wrong: list[str] = []
    clean: list[list[list[str]]] = []
    for number, day in enumerate(hours):
        said = _day(WEEKDAYS[number], day)
        if isinstance(said, str):
            wrong.append(said)
        else:
            clean.append(said)
    if wrong:
        raise ValidationError(wrong)
    return clean


def retries_clean(retries: Any) -> dict[str, dict[str, Any]]:
    """For each outcome after how many minutes, how often in a row and what then. Raises ValidationError."""
    known = retries_default()
    if not isinstance(retries, Mapping) or set(retries) != set(known):
        raise ValidationError(_("Retries are told for each outcome."))
    clean = {}
    for outcome in known:
        one = retries[outcome]
        numbers = (one.get("after"), one.get("times")) if isinstance(one, Mapping) else (None, None)
        if any(not isinstance(number, int) or isinstance(number, bool) for number in numbers):
            raise ValidationError(_("Retries: minutes and times are whole numbers."))
        if not (0 <= one["after"] <= MINUTES and 0 <= one["times"] <= TIMES):
            raise ValidationError(
                _("Retries: at most %(minutes)s minutes later, and %(times)s times in a row."),
                params={"minutes": MINUTES, "times": TIMES},
            )
        if one.get("then") not in THEN:
            raise ValidationError(_("Retries: choose what happens then."))
        if one["times"] and not one["after"]:
            raise ValidationError(_("Retries: at least one minute lies between two calls."))
        clean[outcome] = {"after": one["after"], "times": one["times"], "then": one["then"]}
        if one.get("part"):
            clean[outcome]["part"] = True
    return clean


def _day(name: Any, day: Any) -> list[list[str]] | str:
    """The periods in their order, or what is wrong with them."""
    if not isinstance(day, list) or any(not isinstance(one, list | tuple) or len(one) != 2 for one in day):
        return _("%(day)s: a period goes from a time to a time.") % {"day": name}
    if len(day) > PERIODS_A_DAY:
        return _("%(day)s: at most %(n)s periods.") % {"day": name, "n": PERIODS_A_DAY}
    for begin, end in day:
        if not (isinstance(begin, str) and isinstance(end, str) and _CLOCK.match(begin)) or not (
            _CLOCK.match(end) or end == "24:00"
        ):
            return _("%(day)s: write times like 09:00.") % {"day": name}
        if begin >= end:
            return _("%(day)s: %(begin)s–%(end)s ends before it begins.") % {"day": name, "begin": begin, "end": end}
    ordered = sorted([str(begin), str(end)] for begin, end in day)
    for (_begin, end), (begin, _end) in zip(ordered, ordered[1:], strict=False):
        if begin < end:
            return _("%(day)s: two periods overlap at %(at)s.") % {"day": name, "at": begin}
    return ordered
