"""Addresses of the very calls behind a count."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from crm.calls.behind import LONGEST, Behind, kind_of


def drill(
    part: str, what: str, begin: datetime, end: datetime, among: Iterable[str] = (), *, event: bool = False,
    **more: str,
) -> str:  # fmt: skip
    """The list of calls with those of [begin, end) that the count ``what`` of a part was made of. "" for a count whose
    calls cannot be listed, and for more agents than an address can name. ``more``: other filters of the list."""
    if kind_of(part, what) is None:
        return ""
    said = str(Behind(part, what, begin, end, tuple(among), event))
    return f"{reverse('calls')}?{urlencode({'behind': said} | more, safe='~')}" if len(said) <= LONGEST else ""
