"""Pages of the trail, by the same places and indexes as on its page."""

from dataclasses import replace
from typing import Any

from crm.audit.filters import Filters, Place, place_of
from crm.audit.selectors import page
from crm.rest.placed import Found, Placed


class Places(Placed):
    """Of what the filters ask for."""

    def read(self, asked: Filters, *, size: int, view: Any, **beyond: Place) -> Found:
        found = page(replace(asked, **beyond), size)
        return Found(found.entries, found.older, found.newer)

    def place_of(self, said: str) -> Place | None:
        return place_of(said)
