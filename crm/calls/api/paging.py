"""Pages of calls, by the same places and indexes as on the page of calls."""

from typing import Any

from django.db.models import Q, QuerySet

from crm.calls.models import CallRecord
from crm.calls.paging import Place, page, place_of
from crm.rest.placed import Found, Placed


class Places(Placed):
    """``said`` of the door: what ``crm.calls.paging.page`` wants to know of a text that is searched for."""

    def read(self, asked: QuerySet[CallRecord], *, size: int, view: Any, **beyond: Place) -> Found:
        said: tuple[QuerySet[CallRecord], Q] | None = getattr(view, "said", None)
        found = page(asked, **beyond, size=size, said=said)
        return Found(found.calls, found.older, found.newer)

    def place_of(self, said: str) -> Place | None:
        return place_of(said)
