"""What some texts have to look like."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from crm.customers.models import TextForm

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MARKS = "10X98765432"


def id_card_mark(digits: str) -> str:
    """The last sign of an identity card number after its 17 digits: ISO 7064 MOD 11-2, as GB 11643 says."""
    return _MARKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _email(text: str) -> str:
    try:
        EmailValidator()(text)
    except ValidationError:
        raise ValidationError(_("This is no e-mail address. It looks like name@example.com.")) from None
    return text


def _id_card(text: str) -> str:
    text = text.upper().replace(" ", "")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text, re.ASCII):
        raise ValidationError(_("An identity card number has 18 digits; the last may be an X."))
    if id_card_mark(text[:17]) != text[17]:
        raise ValidationError(_("This identity card number cannot be right: its last digit does not fit the others."))
    return text


def _postcode(text: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", text, re.ASCII):
        raise ValidationError(_("A postcode has 6 digits."))
    return text


def _web(text: str) -> str:
    whole = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(whole)
    except ValidationError:
        raise ValidationError(_("This is no web address. It looks like https://www.example.com.")) from None
    return whole


FORMS: dict[str, Callable[[str], str]] = {
    TextForm.EMAIL: _email,
    TextForm.ID_CARD: _id_card,
    TextForm.POSTCODE: _postcode,
    TextForm.WEB: _web,
}
"""Form → the text as it is kept. Raises ValidationError with a sentence."""
