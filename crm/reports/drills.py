"""Addresses of the very calls behind a count."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django.urls import get_script_prefix, reverse

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
    if len(said) > LONGEST:
        return ""
    others = f"&{urlencode(more, safe='~')}" if more else ""
    return f"{_calls(get_script_prefix())}?behind={quote_plus(said, safe='~')}{others}"


@lru_cache(maxsize=8)
def _calls(prefix: str) -> str:
    """The list's own address; a report has thousands of ways to it."""
    return reverse("calls")
