"""What somebody typed, pasted or imported as a number or a segment."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.numberlists.models import Kind
from crm.numbers import e164
from crm.telephony.home import home
from switchctl.contract.dialling import beginning
from switchctl.contract.numberlists import canonical

_RANGE = re.compile(r"(.+?)\s*(?:~|～|–|—|\.\.|至)\s*(\+?[0-9][0-9 ]*)")
_HYPHEN = re.compile(r"(.+?)\s*-\s*(\+?[0-9][0-9 ]*)")
"""A hyphen may also stand inside a number: it divides two only where there is no one number."""


class Typed(NamedTuple):
    """Fields of ListedNumber."""

    kind: str
    first: str
    last: str = ""


def typed_number(text: str) -> Typed:
    """``13800001111`` in any form, ``138001*``, or ``13800000000 ~ 13800009999``. Raises ValidationError."""
    text = text.strip()
    if text.endswith("*"):
        first = beginning(text[:-1], home())
        if not first.strip("+"):
            raise ValidationError(_("Of a segment the first digits are needed, with a * behind them."))
        return Typed(Kind.PREFIX, first)
    parts = _RANGE.fullmatch(text)
    if parts is None and (number := number_of(text)):
        return Typed(Kind.NUMBER, number)
    parts = parts or _HYPHEN.fullmatch(text)
    if parts is None:
        raise ValidationError(_("This is no telephone number."))
    first, last = number_of(parts[1]), number_of(parts[2])
    if not first or not last:
        raise ValidationError(_("A segment goes from one telephone number to another."))
    if len(first) != len(last):
        raise ValidationError(_("Both ends of a segment have the same number of digits."))
    if first > last:
        raise ValidationError(_("A segment begins with its lower number."))
    return Typed(Kind.RANGE, first, last)


def number_of(text: str) -> str:
    """The form in which numbers are kept and compared: E.164, else the digits of a short one; "" for no number."""
    whole = e164(text)
    if whole:
        return whole
    found = canonical(text, home())
    return found if len(found) <= 16 else ""
