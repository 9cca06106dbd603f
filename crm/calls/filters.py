"""The filters of the call list, from the address of the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from crm.calls.behind import Behind, behind_of
from crm.calls.models import Outcome
from crm.calls.models.records import NOT_REACHED
from crm.calls.paging import Place, place_of
from crm.numbers import e164

DIRECTIONS = ("inbound", "outbound")
OUTCOMES = (*Outcome.values, NOT_REACHED)
PARTIES = ("customer", "agent", "supervisor", "system")
SPANS = ("today", "yesterday", "week", "month")
"""Quick choices instead of two days: they move on with the calendar."""
WEEK = 7
SHOWN_AT_THE_END = 4
"""Digits of a masked number that may be searched for."""
WHOLE = 10
"""From so many digits on a number is taken for a whole one."""
YES = "yes"
NOBODYS = "+"
"""Finds no call."""
LEAST = 2
"""Characters of a text that is searched for in notes."""
LONGEST_S = 86_400
PERSONAL = ("number", "note")
"""What was asked for may say who somebody is: it is kept nowhere for longer than it is needed."""
_DIGITS = re.compile("[0-9][0-9 ()./-]*[0-9]")


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out, never an error. Days are business days, both included;
    ``talked`` and ``waited`` are seconds, at least."""

    span: str = ""
    since: date | None = None
    until: date | None = None
    queue: str = ""
    agent: str = ""
    department: int = 0
    direction: str = ""
    outcome: str = ""
    disposition: str = ""
    ended_by: str = ""
    talked: int = 0
    waited: int = 0
    number: str = ""
    note: str = ""
    marked: str = ""
    """YES: only calls in which the customer was marked."""
    behind: Behind | None = None
    """What stands behind a figure of a report."""
    older: Place | None = None
    newer: Place | None = None
    view: int = 0
    """The saved view whose filters these are, 0 for none."""
    whole: bool = False
    """She sees numbers whole, so she may also search by any end of one; else it would tell digit after digit."""

    def query(self) -> dict[str, Any]:
        """Arguments of ``calls_found``."""
        begin, end = self.days()
        names = ("queue", "agent", "department", "direction", "outcome", "disposition", "ended_by", "talked", "waited",
                 "marked", "behind")  # fmt: skip
        return {name: getattr(self, name) for name in names} | {
            "since": _midnight(begin) if begin else None,
            "until": _midnight(end + timedelta(1)) if end else None,
            "number": self._number(),
            "note": self.note,
            "barred": not self.whole and bool(_DIGITS.search(self.note)),
        }

    def days(self) -> tuple[date | None, date | None]:
        """First and last day, as of now for a quick choice."""
        today = timezone.localdate()
        if self.span == "yesterday":
            return today - timedelta(1), today - timedelta(1)
        begins = {"today": today, "week": today - timedelta(WEEK - 1), "month": today.replace(day=1)}
        return (begins[self.span], today) if self.span else (self.since, self.until)

    def said(self) -> dict[str, str]:
        """What was asked for, in plain words of the address, without the place."""
        given = {name: getattr(self, name) for name in ASKED}
        return {name: str(value) for name, value in given.items() if value}

    def without(self, *names: str) -> "Filters":
        """The same but for some filters, from the first page on, and no longer a saved view."""
        away: dict[str, Any] = {name: type(self).__dataclass_fields__[name].default for name in names}
        return replace(self, **away, view=0, older=None, newer=None)

    def address(self, **place: Place) -> str:
        """Query string of the same list, from another place on. No filter at all is asked for by name: an empty
        address is that of her default view."""
        asked = {"view": str(self.view)} if self.view else self.said() or {"all": "1"}
        return "?" + urlencode(asked | {name: str(value) for name, value in place.items()})

    @property
    def any(self) -> bool:
        return bool(self.said())

    def _number(self) -> str:
        if not self.number:
            return ""
        digits = "".join(c for c in self.number if c.isdigit())
        if self.whole and SHOWN_AT_THE_END <= len(digits) < WHOLE and self.number[0] != "+":
            return digits  # eight may be a number of the home area, or the end of a mobile's: the end finds both
        ends = len(digits) == SHOWN_AT_THE_END or self.whole
        return e164(self.number) or (digits if ends and len(digits) >= SHOWN_AT_THE_END else NOBODYS)


ASKED = (
    "span", "since", "until", "queue", "agent", "department", "direction", "outcome", "disposition", "ended_by",
    "talked", "waited", "number", "note", "marked", "behind",
)  # fmt: skip
"""Names of the filters, in the order of the chips."""


def filters(asked: QueryDict | Mapping[str, str], *, whole: bool = False, view: int = 0) -> Filters:
    """From an address, or from what ``said`` said. Days win over a quick choice; turned round they are put right."""
    since, until = _day(asked, "since"), _day(asked, "until")
    if since and until and since > until:
        since, until = until, since
    note = _text(asked, "note")
    return Filters(
        span="" if since or until else _one_of(asked, "span", SPANS),
        since=since, until=until,
        queue=_text(asked, "queue"), agent=_text(asked, "agent"), department=_whole_number(asked, "department", 2**31),
        direction=_one_of(asked, "direction", DIRECTIONS), outcome=_one_of(asked, "outcome", OUTCOMES),
        disposition=_text(asked, "disposition"), ended_by=_one_of(asked, "ended_by", PARTIES),
        talked=_whole_number(asked, "talked", LONGEST_S), waited=_whole_number(asked, "waited", LONGEST_S),
        number=_text(asked, "number"), note=note if len(note) >= LEAST else "",
        marked=_one_of(asked, "marked", (YES,)),
        behind=behind_of(asked.get("behind", "")),
        older=place_of(asked.get("older", "")), newer=place_of(asked.get("newer", "")),
        view=view, whole=whole,
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _text(asked: Mapping[str, str], name: str) -> str:
    """PostgreSQL knows no NUL in a text, and no half characters."""
    given = asked.get(name, "").replace("\x00", "").encode("utf-8", "ignore").decode()
    return given.strip()[:64]


def _one_of(asked: Mapping[str, str], name: str, known: Any) -> str:
    return asked.get(name, "") if asked.get(name, "") in known else ""


def _whole_number(asked: Mapping[str, str], name: str, most: int) -> int:
    given = asked.get(name, "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 and int(given) <= most else 0


def _day(asked: Mapping[str, str], name: str) -> date | None:
    try:
        day = parse_date(asked.get(name, ""))
    except ValueError:
        return None
    return day if day and date(1970, 1, 2) < day < date(9999, 1, 1) else None
