"""The filters of the trail, from the address of the page."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from crm.numbers import e164

LEAST = 2
"""Characters of a text that is searched for."""
_DIGITS = re.compile("[0-9][0-9 ()./-]*[0-9]")


@dataclass(frozen=True)
class Place:
    """Where a page begins: at the first entry older (or, going back, newer) than this one."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out, never an error. Days are business days, both included."""

    who: str = ""
    kind: str = ""
    object: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    older: Place | None = None
    newer: Place | None = None
    whole: bool = False
    """She sees numbers whole, so she may also search for pieces of one; else that would tell digit after digit."""

    @property
    def barred(self) -> bool:
        """Asks for what she may not find out."""
        return not self.whole and bool(_DIGITS.search(self.text)) and not e164(self.text)

    @property
    def begin(self) -> datetime | None:
        return timezone.make_aware(datetime.combine(self.since, time())) if self.since else None

    @property
    def end(self) -> datetime | None:
        return timezone.make_aware(datetime.combine(self.until + timedelta(1), time())) if self.until else None

    def said(self) -> dict[str, str]:
        """What was asked for, without the place."""
        asked: dict[str, Any] = {
            "who": self.who, "kind": self.kind, "object": self.object, "action": self.action,
            "since": self.since or "", "until": self.until or "", "text": self.text,
        }  # fmt: skip
        return {name: str(value) for name, value in asked.items() if value}

    def address(self, **place: Place) -> str:
        """Query string of the same list, from another place on."""
        return "?" + urlencode(self.said() | {name: str(value) for name, value in place.items()})

    @property
    def any(self) -> bool:
        return bool(self.said())


def filters(asked: QueryDict, *, whole: bool = False) -> Filters:
    text = _text(asked, "text")
    return Filters(
        who=_text(asked, "who"), kind=_text(asked, "kind"), object=_text(asked, "object"),
        action=_text(asked, "action"), since=_day(asked, "since"), until=_day(asked, "until"),
        text=text if len(text) >= LEAST else "", whole=whole,
        older=place_of(asked.get("older", "")), newer=place_of(asked.get("newer", "")),
    )  # fmt: skip


def _text(asked: QueryDict, name: str) -> str:
    """PostgreSQL knows no NUL in a text, and no half characters."""
    given = asked.get(name, "").replace("\x00", "").encode("utf-8", "ignore").decode()
    return given.strip()[:120]


def _day(asked: QueryDict, name: str) -> date | None:
    try:
        day = parse_date(asked.get(name, ""))
    except ValueError:
        return None
    return day if day and date(1970, 1, 2) < day < date(9999, 1, 1) else None


def place_of(said: str) -> Place | None:
    """What ``str`` of a place said; None for anything else."""
    at, _, id_ = said.replace(" ", "+").rpartition("_")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    known = moment and moment.tzinfo and id_.isascii() and id_.isdigit() and len(id_) < 19
    return Place(moment, int(id_)) if known else None
