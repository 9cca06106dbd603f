"""Values of fields: what may be typed, how it is kept, how it is said.

Kept in the JSON of a customer: a text as a text, a quantity as a number (at most 15 digits, so that a double holds it
exactly), a date as YYYY-MM-DD (so that texts are ordered as dates are), a choice by its code, several as a list of
codes in the order of the field, a file by its key. What is empty is not kept at all (None here).
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

from crm.customers.fields.textforms import FORMS
from crm.customers.models import CustomerField, FieldKind

DIGITS = 15
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
Stored = str | int | float | list[str] | None


def cleaned(field: CustomerField, typed: Any, *, had: Stored = None) -> Stored:
    """What is kept of what was typed: a text, or for several choices a list of texts. ``had``: what is kept now, so
    that a choice that is no longer offered may stay. Raises ValidationError with a sentence that says what to do."""
    if field.kind == FieldKind.CHOICES:
        codes = typed if isinstance(typed, list | tuple) else re.split("[,;，；、\n]", str(typed or ""))
        return _choices(field, [_plain(str(code)) for code in codes], had)
    text = _plain("" if typed is None else str(typed))
    return _CLEAN[field.kind](field, text, had) if text else None


def said(stored: Stored) -> str:
    """As a form says it: typed again, it is the same value."""
    if stored is None:
        return ""
    if isinstance(stored, list):
        return ",".join(stored)
    return stored if isinstance(stored, str) else f"{decimal_of(stored):f}"


def shown(field: CustomerField, stored: Stored) -> str:
    """For people. A file has its own words (``files``)."""
    if stored is None or stored == []:
        return ""
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        labels = {choice.code: choice.label for choice in field.choices.all()}
        codes = stored if isinstance(stored, list) else [str(stored)]
        return _(", ").join(labels.get(code, code) for code in codes)
    if field.kind == FieldKind.NUMBER and not isinstance(stored, str | list):
        value = decimal_of(stored).normalize()
        return f"{value:,.{max(field.decimals, -int(value.as_tuple().exponent))}f}"
    if field.kind == FieldKind.DATE and isinstance(stored, str):
        return formats.date_format(date.fromisoformat(stored), "Y-m-d")
    return str(stored)


def decimal_of(stored: float) -> Decimal:
    """The number as it was typed."""
    return Decimal(repr(stored)) if isinstance(stored, float) else Decimal(stored)


def number_typed(text: str) -> Decimal:
    """A quantity as people write it: 1234.5, 1,234.5, ＋１２. Raises ValidationError."""
    text = unicodedata.normalize("NFKC", text).replace(" ", "").replace("，", ",")
    if not any(c in "0123456789" for c in text) or not _NUMBER.fullmatch(text):
        raise ValidationError(_("This is no number. Type digits, such as 1200 or 99.5."))
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValidationError(_("This is no number. Type digits, such as 1200 or 99.5.")) from None


def date_typed(text: str) -> str:
    """A date as people write it (2026-05-01, 2026/5/1, 20260501, 2026年5月1日), as YYYY-MM-DD; or a ValidationError."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValidationError(_("This is no date. Write year-month-day, such as 2026-05-01.")) from None


def _plain(text: str) -> str:
    """One line without what no page shows."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).split())


def _text(field: CustomerField, text: str, had: Stored) -> Stored:
    if field.form and len(text) <= field.longest:
        text = FORMS[field.form](text)  # may be a little longer then
    if len(text) > field.longest:
        raise ValidationError(
            _("At most %(most)d characters; these are %(n)d.") % {"most": field.longest, "n": len(text)}
        )
    return text


def _number(field: CustomerField, text: str, had: Stored) -> Stored:
    value = number_typed(text)
    _sign, digits, exponent = value.normalize().as_tuple()
    places = max(0, -int(exponent))
    if places > field.decimals:
        raise ValidationError(
            _("At most %(n)d decimal places.") % {"n": field.decimals} if field.decimals else _("A whole number.")
        )
    if max(len(digits) + max(0, int(exponent)), places) > DIGITS:
        raise ValidationError(_("At most %(n)d digits.") % {"n": DIGITS})
    if field.least is not None and value < field.least:
        raise ValidationError(_("At least %(limit)s.") % {"limit": f"{field.least.normalize():f}"})
    if field.most is not None and value > field.most:
        raise ValidationError(_("At most %(limit)s.") % {"limit": f"{field.most.normalize():f}"})
    return int(value) if value == value.to_integral_value() else float(value)


def _date(field: CustomerField, text: str, had: Stored) -> Stored:
    return date_typed(text)


def _offered(field: CustomerField, had: Collection[str]) -> dict[str, str]:
    """What may be typed (codes, and labels in either language) → code, in the field's order."""
    found: dict[str, str] = {}
    every = [choice for choice in field.choices.all() if choice.active or choice.code in had]
    for choice in every:
        found |= {name: choice.code for name in (choice.name_zh, choice.name) if name}
    return found | {choice.code: choice.code for choice in every}


def _choice(field: CustomerField, text: str, had: Stored) -> Stored:
    codes = _offered(field, [had] if isinstance(had, str) else [])
    if text not in codes:
        raise ValidationError(_("“%(what)s” is not in the list. Choose one of those offered.") % {"what": text[:40]})
    return codes[text]


def _choices(field: CustomerField, texts: list[str], had: Stored) -> Stored:
    codes = _offered(field, had if isinstance(had, list) else [])
    typed = [text for text in texts if text]
    wrong = [text for text in typed if text not in codes]
    if wrong:
        raise ValidationError(_("“%(what)s” is not in the list. Choose of those offered.") % {"what": wrong[0][:40]})
    chosen = {codes[text] for text in typed}
    return [choice.code for choice in field.choices.all() if choice.code in chosen] or None


def _file(field: CustomerField, text: str, had: Stored) -> Stored:
    if not re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text, re.ASCII):
        raise ValidationError(_("This file is not there any more. Choose it again."))
    return text


_CLEAN: dict[str, Callable[[CustomerField, str, Stored], Stored]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.FILE: _file,
}
