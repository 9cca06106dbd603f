"""The filters of the state record: those of the list of calls for days, agent and department, and a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from crm.calls.filters import Filters, filters
from crm.calls.paging import Place
from crm.live.words import STATES
from crm.reports.periods import Span, span_of

SIGNED_IN = tuple(code for code in STATES if code not in ("offline", "held"))
"""States of the record: who is signed out has none, and holding is a state of the call."""
TAKEN = ("span", "since", "until", "agent", "department", "older", "newer")
LONGEST = 31
"""Days of a page or file."""


@dataclass(frozen=True)
class Asked:
    """``base``: days, agent, department and place; ``state``: one of ``SIGNED_IN``, or "" for all."""

    base: Filters
    state: str = ""

    def span(self) -> Span:
        """The days, at most ``LONGEST``, up to the last."""
        first, last = self.base.days()
        last = last or first or timezone.localdate()
        first = max(first or last, last - timedelta(LONGEST - 1))
        return span_of(first, last, timezone.get_current_timezone())

    def said(self) -> dict[str, str]:
        """In plain words of the address, without the place; ``asked`` makes the same of them."""
        return self.base.said() | ({"state": self.state} if self.state else {})

    def address(self, **place: Place) -> str:
        return "?" + urlencode(self.said() | {name: str(value) for name, value in place.items()})


def asked(said: Mapping[str, Any]) -> Asked:
    """Never raises: what makes no sense is left out. Without days it is about today."""
    given = {name: str(said[name]) for name in TAKEN if name in said}
    found = filters(given)
    if not (found.span or found.since or found.until):
        found = filters({name: value for name, value in given.items() if name != "span"} | {"span": "today"})
    state = str(said.get("state", ""))
    return Asked(found, state if state in SIGNED_IN else "")
