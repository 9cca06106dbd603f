"""The filters of the call list, from the address of the page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from crm.calls.models import Outcome
from crm.numbers import e164

PAGE = 50
DIRECTIONS = ("inbound", "outbound")
SHOWN_AT_THE_END = 4
"""Digits of a masked number that may be searched for."""
NOBODYS = "+"
"""Finds no call."""


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out, never an error."""

    day: date | None = None
    queue: str = ""
    agent: str = ""
    outcome: str = ""
    direction: str = ""
    number: str = ""
    page: int = 1
    whole: bool = False
    """She sees numbers whole, so she may also search by any end of one; else it would tell digit after digit."""

    def query(self) -> dict[str, Any]:
        """Arguments of ``calls_recent``, one row more than a page: that row tells that there is a next page."""
        number = self.number
        if number:
            digits = "".join(c for c in number if c.isdigit())
            ends = len(digits) >= SHOWN_AT_THE_END if self.whole else len(digits) == SHOWN_AT_THE_END
            number = e164(number) or (digits if ends else NOBODYS)
        fields = {"queue": self.queue, "agent": self.agent, "outcome": self.outcome, "number": number}
        fields["direction"] = self.direction
        if self.day:
            begin = timezone.make_aware(datetime.combine(self.day, time()))
            fields |= {"since": begin, "until": timezone.make_aware(datetime.combine(self.day + timedelta(1), time()))}
        return {**fields, "limit": PAGE + 1, "offset": (self.page - 1) * PAGE}

    def address(self, page: int) -> str:
        """Query string of another page of the same list."""
        asked = {"day": self.day or "", "queue": self.queue, "agent": self.agent, "outcome": self.outcome}
        asked |= {"direction": self.direction, "number": self.number, "page": page if page > 1 else ""}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def any(self) -> bool:
        return any((self.day, self.queue, self.agent, self.outcome, self.direction, self.number))


def filters(asked: QueryDict, *, whole: bool = False) -> Filters:
    try:
        day = parse_date(asked.get("day", ""))
    except ValueError:
        day = None
    page = asked.get("page", "")
    outcome = asked.get("outcome", "")
    return Filters(
        day=day if day and date.min < day < date.max else None,
        queue=_text(asked, "queue"),
        agent=_text(asked, "agent"),
        outcome=outcome if outcome in Outcome.values else "",
        direction=asked.get("direction", "") if asked.get("direction") in DIRECTIONS else "",
        number=_text(asked, "number"),
        whole=whole,
        page=int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 10_000 else 1,
    )


def _text(asked: QueryDict, name: str) -> str:
    """PostgreSQL knows no NUL in a text."""
    return asked.get(name, "").replace("\x00", "").strip()[:64]
