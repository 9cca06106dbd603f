"""Pages of calls by the same places and indexes as on the page of calls: each costs the same, wherever it is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.utils.urls import replace_query_param

from crm.calls.models import CallRecord
from crm.calls.paging import Page, Place, page, place_of
from crm.rest.paging import Cursor
from crm.rest.problems import Problem

OLDER, NEWER = "o", "n"


class Places(Cursor):
    """``said`` of the door: what ``crm.calls.paging.page`` wants to know of a text that is searched for."""

    found: Page
    address: str

    def paginate_queryset(self, queryset: QuerySet[CallRecord], request: Any, view: Any = None) -> list[CallRecord]:
        way, place = _read(request.query_params.get(self.cursor_query_param, ""))
        said: tuple[QuerySet[CallRecord], Q] | None = getattr(view, "said", None)
        beyond = {"older" if way == OLDER else "newer": place} if place else {}
        self.found = page(queryset, **beyond, size=self.get_page_size(request), said=said)
        self.address = request.build_absolute_uri()
        return self.found.calls

    def get_next_link(self) -> str | None:
        return self._link(OLDER, self.found.older)

    def get_previous_link(self) -> str | None:
        return self._link(NEWER, self.found.newer)

    def _link(self, way: str, place: Place | None) -> str | None:
        if place is None:
            return None
        cursor = urlsafe_b64encode(f"{way}{place}".encode()).decode()
        return str(replace_query_param(self.address, self.cursor_query_param, cursor))


def _read(cursor: str) -> tuple[str, Place | None]:
    """Raises Problem for one that is none of ours."""
    if not cursor:
        return OLDER, None
    try:
        said = urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        said = ""
    place = place_of(said[1:]) if said[:1] in (OLDER, NEWER) else None
    if place is None:
        sentence = _("Take the cursor from next or previous of the page before.")
        raise Problem("invalid", errors={"cursor": [sentence]})
    return said[0], place
