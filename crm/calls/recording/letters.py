"""Entries that cannot become rows, kept with the reason so that a person can look at them."""

import re

from django.db import transaction

from crm.calls.models import DeadLetter
from crm.calls.recording.prepare import Told
from switchctl.contract import facts as f

SOURCE = "facts"
_ID = re.compile(rb'"id"\s*:\s*"([0-9A-Za-z_.-]{1,60}:([0-9]{1,18}))"')
RAW_BYTES = 100_000


class Unreadable(Exception):
    """``str()`` is the reason."""


def read(raw: bytes) -> Told:
    """The fact of an entry. Raises Unreadable."""
    if not raw:
        raise Unreadable("the entry holds no fact")
    try:
        fact = f.decode(raw)
    except (ValueError, RecursionError) as error:  # msgspec's errors and bytes that are not UTF-8 are ValueErrors
        raise Unreadable(str(error)) from error
    if not fact.id.endswith(f":{fact.seq}") or fact.seq < 1:
        raise Unreadable(f"the id {fact.id!r} is not of a journal")
    return Told(fact, raw, fact.id.rpartition(":")[0])


def bury(entry: bytes, raw: bytes, reason: str) -> tuple[str, int] | None:
    """Keeps the letter; returns journal and sequence where the bytes still show them: the mark may pass it."""
    known = _ID.search(raw)
    name = known[1].decode() if known else entry.decode(errors="replace")
    with transaction.atomic():
        DeadLetter.objects.get_or_create(
            source=SOURCE, entry=name, defaults={"raw": raw[:RAW_BYTES], "reason": _clean(reason)}
        )
    return (name.rpartition(":")[0], int(known[2])) if known else None


def _clean(reason: str) -> str:
    """Errors quote what they refuse, and that can be what PostgreSQL refuses in a text."""
    return reason[:2000].encode(errors="replace").decode().replace("\x00", "")
