"""Lists in pages, by a cursor: what is added meanwhile neither repeats nor skips a row."""

from collections import OrderedDict
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from crm.rest.problems import Problem

MOST = 200


class Cursor(CursorPagination):
    """``?limit=`` (at most 200) and ``?cursor=``, of which a program takes only what ``next`` and ``previous`` say.

    The door's ``ordering`` must be an order without ties, as by an id at its end.
    """

    page_size, max_page_size = 50, MOST
    page_size_query_param = "limit"

    def decode_cursor(self, request: Any) -> Any:
        """Raises Problem for one that nobody was given."""
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            sentence = _("Take the cursor from the links next and previous.")
            raise Problem("invalid", errors={"cursor": [sentence]}) from error

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(view.ordering)

    def get_paginated_response(self, data: Any) -> Response:
        links = [("next", self.get_next_link()), ("previous", self.get_previous_link())]
        return Response(OrderedDict([("items", data), *links]))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["items", "next", "previous"],
            "properties": {"items": schema, "next": link, "previous": link},
        }
