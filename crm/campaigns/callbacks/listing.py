"""The page of callbacks: whose, which, and a page of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from crm.accounts.models import User
from crm.campaigns.callbacks.selectors import OPEN, callbacks_of
from crm.campaigns.models import Callback

PAGE = 50
MINE, POOL = "mine", "pool"
OVER = "over"
MOST_PAGES = 400


@dataclass(frozen=True)
class Asked:
    """``whose``: an id of an agent, MINE, POOL, or "" for all that she may see. ``state``: "" for those that are still
    to be made, OVER for the others."""

    whose: str = ""
    state: str = ""
    page: int = 1

    @property
    def any(self) -> bool:
        return bool(self.whose or self.state)

    def address(self, page: int = 1) -> str:
        told = {"whose": self.whose, "state": self.state, "page": page if page > 1 else ""}
        return "?" + urlencode({name: value for name, value in told.items() if value})


def asked_of(query: Mapping[str, str]) -> Asked:
    whose, page = query.get("whose", ""), query.get("page", "")
    number = whose.isascii() and whose.isdigit() and len(whose) < 19
    return Asked(
        whose if number or whose in (MINE, POOL) else "",
        OVER if query.get("state") == OVER else "",
        min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and 0 < len(page) < 5 else 1,
    )


def callbacks_asked(user: User, asked: Asked) -> QuerySet[Callback]:
    """Those that are to be made by their moment, those that are over the newest first."""
    found = callbacks_of(user)
    if asked.whose:
        found = found.filter(
            Q(agent=user) if asked.whose == MINE else Q(agent=None) if asked.whose == POOL else Q(agent=asked.whose)
        )
    if asked.state == OVER:
        return found.exclude(state__in=OPEN).order_by("-due_at", "-pk")
    return found.filter(state__in=OPEN).order_by("due_at", "pk")


def page_of(user: User, asked: Asked) -> tuple[list[Callback], str, str]:
    """The rows of a page, and the addresses of its neighbours, "" where there are none."""
    begin = (max(asked.page, 1) - 1) * PAGE
    rows = list(callbacks_asked(user, asked)[begin : begin + PAGE + 1])
    before = asked.address(asked.page - 1) if asked.page > 1 else ""
    return rows[:PAGE], before, asked.address(asked.page + 1) if len(rows) > PAGE else ""


def late(callback: Callback, at: datetime) -> bool:
    """Whether its time is over and it is still to be made."""
    return callback.state in OPEN and callback.due_at < at
