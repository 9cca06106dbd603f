"""How a customer's number is shown to whom. Each page and each websocket message asks here."""

import re
from typing import Any

from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.numbers import ERASED, e164, masked, masked_text, national

_LONG = re.compile(r"\d{7,}")


def sees_whole(user: Any) -> bool:
    return may(user, "numbers.whole")


def shown_number(number: str, *, whole: bool) -> str:
    """As people here write it; masked unless ``whole``. What is no number stays as it is, digits in it masked."""
    if number.startswith(ERASED):
        return _("erased")
    if whole:
        return national(number) if e164(number) else number
    hidden = masked(number)
    return masked_text(number) if hidden == number else hidden


def shown_text(text: str, *, whole: bool) -> str:
    """A text that came from outside, such as the name that a caller sent."""
    return text if whole else masked_text(text)


def shown_keys(keys: str, *, whole: bool) -> str:
    """What a caller pressed; as long as it was. Without ``whole`` no run of digits that may be a number or an identity
    is told but for its end: a dot stands for each, for a star is a key."""
    return keys if whole else _LONG.sub(lambda run: "•" * (len(run[0]) - 4) + run[0][-4:], keys)
