"""The filters of the lost-call list: those of the list of calls, and what became of the caller."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crm.calls.filters import Filters, filters
from crm.calls.models import Outcome
from crm.calls.paging import Place

LOST = (Outcome.ABANDONED_IN_QUEUE, Outcome.ABANDONED_IN_GREETING, Outcome.BLOCKED, Outcome.SYSTEM_FAILURE)
"""Outcomes of calls that nobody served."""
TAKEN = ("span", "since", "until", "queue", "number", "outcome", "older", "newer")
"""What it takes over from the filters of calls."""


class Fate(TextChoices):
    """What became of a lost call."""

    OPEN = "open", _("to be reached")
    BACK = "called_back", _("called back")
    AGAIN = "reached_later", _("reached later")
    SETTLED = "settled", _("settled")


@dataclass(frozen=True)
class Asked:
    """``calls``: the filters of calls; ``fate``: one of ``Fate``, or "" for all."""

    calls: Filters
    fate: str = ""

    def said(self) -> dict[str, str]:
        """In plain words of the address, without the place; ``asked`` makes the same of them."""
        return self.calls.said() | ({"fate": self.fate} if self.fate else {})

    def address(self, **place: Place) -> str:
        return "?" + urlencode(self.said() | {name: str(value) for name, value in place.items()})


def asked(said: Mapping[str, Any], *, whole: bool) -> Asked:
    """Never raises: what makes no sense is left out. Without days it is about today."""
    given = {name: str(said[name]) for name in TAKEN if name in said}
    if given.get("outcome") not in LOST:
        given.pop("outcome", None)
    found = filters(given, whole=whole)
    if not (found.span or found.since or found.until):
        found = filters({"span": "today"} | {n: v for n, v in given.items() if n != "span"}, whole=whole)
    fate = str(said.get("fate", ""))
    return Asked(found, fate if fate in Fate.values else "")
