"""The filters of the list of customers, from the address of the page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from crm.accounts.models import User
from crm.customers.models import Customer, Level
from crm.customers.searching import customers_matching

PAGE = 50
NOBODY = "none"


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out. ``owner``: id of a user, or NOBODY.

    Pages begin beside a customer, not at a number: how far back they lie does not matter. ``before``: those added
    earlier than this id; ``after``: later ones, 0 for none.
    """

    text: str = ""
    level: str = ""
    owner: str = ""
    before: int = 0
    after: int = 0

    @property
    def any(self) -> bool:
        return bool(self.text or self.level or self.owner)

    def address(self, **place: int) -> str:
        """Query string of a page of the same list."""
        asked = {"q": self.text, "level": self.level, "owner": self.owner, **place}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class Page:
    """The customers, the newest first; addresses of its neighbours, "" where there are none."""

    rows: list[Customer]
    newer: str
    older: str


def page_of(user: User, asked: Filters) -> Page:
    """Those whom she sees, as the filters ask."""
    found = _found(user, asked).select_related("owner")
    if asked.after:
        rows = list(found.filter(pk__gt=asked.after).order_by("pk")[: PAGE + 1])[::-1]
        newer, older, rows = len(rows) > PAGE, True, rows[-PAGE:]
    else:
        rows = list((found.filter(pk__lt=asked.before) if asked.before else found).order_by("-pk")[: PAGE + 1])
        newer, older, rows = bool(asked.before), len(rows) > PAGE, rows[:PAGE]
    return Page(
        rows,
        asked.address(after=rows[0].pk) if newer and rows else "",
        asked.address(before=rows[-1].pk) if older and rows else "",
    )


def filters(asked: QueryDict) -> Filters:
    level, owner = asked.get("level", ""), asked.get("owner", "")
    return Filters(
        text=" ".join(asked.get("q", "").replace("\x00", "").split())[:64],
        level=level if level in Level.values else "",
        owner=owner if owner == NOBODY or number(owner) else "",
        before=number(asked.get("before", "")),
        after=number(asked.get("after", "")),
    )


def number(text: str) -> int:
    """An id from an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _found(user: User, asked: Filters) -> QuerySet[Customer]:
    found = customers_matching(user, asked.text)
    if asked.level:
        found = found.filter(level=asked.level)
    if asked.owner:
        found = found.filter(owner=None if asked.owner == NOBODY else number(asked.owner))
    return found
