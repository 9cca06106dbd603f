"""What is taken out of an answer. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

MOST_FIELDS = 8
LONGEST = 200
_PATH = re.compile(r"[^\s.]+(?:\.[^\s.]+)*\Z")


class WrongFields(ValueError):
    """``str()`` is fit for the screen."""


def fields_of(typed: str) -> list[list[str]]:
    """Lines ``Balance = account.balance`` as pairs of label and path. Raises WrongFields naming the line."""
    found: list[list[str]] = []
    for line in filter(None, map(str.strip, typed.splitlines())):
        label, equals, path = (part.strip() for part in line.partition("="))
        if not (equals and label and len(label) <= 40 and len(path) <= 120 and _PATH.match(path)):
            raise WrongFields(_("“%(line)s” is not of the form Label = path.in.the.answer") % {"line": line[:60]})
        found.append([label, path])
    if not 1 <= len(found) <= MOST_FIELDS:
        raise WrongFields(_("Name 1 to %(n)d fields, one a line.") % {"n": MOST_FIELDS})
    return found


def typed_of(fields: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"{label} = {path}" for label, path in fields)


def decoded(body: bytes) -> Any:
    """JSON. Raises ValueError."""
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def taken(answer: Any, fields: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Labels and values; "" where the answer has none."""
    return [(label, _words(_at(answer, path))) for label, path in fields]


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(value):
            value = value[int(step[:9])]
        else:
            return None
    return value


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float | str):
        words = "".join(one if one.isprintable() else " " for one in str(value)).strip()
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return ""
