"""Lists whose pages begin at a row and not at a number: each costs the same, wherever it is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from rest_framework.utils.urls import replace_query_param

from crm.rest.paging import Cursor
from crm.rest.problems import Problem

OLDER, NEWER = "older", "newer"


class Found(NamedTuple):
    """``rows`` of one page; ``older`` and ``newer``: where the next ones begin, None where there are none."""

    rows: list[Any]
    older: Any
    newer: Any


class Placed(Cursor):
    """A subclass says how a page is read, by the same way as on the page of its app."""

    found: Found
    address: str

    def read(self, asked: Any, *, size: int, view: Any, **beyond: Any) -> Found:
        """``beyond``: nothing for the first page, else ``older`` or ``newer`` with the place where it begins."""
        raise NotImplementedError

    def place_of(self, said: str) -> Any:
        """What ``str`` of a place said; None for anything else."""
        raise NotImplementedError

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """``queryset`` is whatever ``read`` takes."""
        beyond = self._beyond(request.query_params.get(self.cursor_query_param, ""))
        self.found = self.read(queryset, size=self.get_page_size(request), view=view, **beyond)
        self.address = request.build_absolute_uri()
        return self.found.rows

    def get_next_link(self) -> str | None:
        return self._link(OLDER, self.found.older)

    def get_previous_link(self) -> str | None:
        return self._link(NEWER, self.found.newer)

    def _link(self, way: str, place: Any) -> str | None:
        if place is None:
            return None
        cursor = urlsafe_b64encode(f"{way[0]}{place}".encode()).decode()
        return str(replace_query_param(self.address, self.cursor_query_param, cursor))

    def _beyond(self, cursor: str) -> dict[str, Any]:
        """Raises Problem for one that is none of ours."""
        if not cursor:
            return {}
        try:
            said = urlsafe_b64decode(cursor.encode()).decode()
        except ValueError:
            said = ""
        way = {OLDER[0]: OLDER, NEWER[0]: NEWER}.get(said[:1])
        place = self.place_of(said[1:]) if way else None
        if way is None or place is None:
            sentence = _("Take the cursor from next or previous of the page before.")
            raise Problem("invalid", errors={"cursor": [sentence]})
        return {way: place}
