"""The stream of facts from a place on, without a consumer group: the place is kept beside what came of it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import redis

from crm.calls.erased.late import without_erased
from crm.calls.recording import letters
from switchctl.contract import facts as f
from switchctl.contract.names import Names

BEGIN = "0-0"
BACK = timedelta(hours=1)
"""So much of what was told before the log was there is in it, too."""

LONGEST = 80
"""Ids that no row takes are put aside as well."""


class Entry(NamedTuple):
    """``fact`` is None for one that cannot be read: whoever makes rows puts it aside."""

    place: str
    journal: str = ""
    fact: f.AnyFact | None = None


class Stream:
    """``client`` must not time out while it blocks."""

    def __init__(self, client: redis.Redis, names: Names) -> None:
        self._redis, self._names = client, names
        self._added = 0

    def read(self, place: str, count: int, block_ms: int) -> list[Entry]:
        """What follows ``place``; waits so long for it. Raises redis.RedisError."""
        answer: Any = self._redis.xread({self._names.facts: place}, count=count, block=block_ms)
        streams = list(answer.items()) if isinstance(answer, dict) else answer or []
        found = []
        for _stream, entries in streams:
            if isinstance(answer, dict):  # RESP3 wraps the list once more
                entries = [entry for part in entries for entry in part]
            found += [entry_of(id_.decode(), (fields or {}).get(b"f", b"")) for id_, fields in entries]
        return found

    def begin(self, now: datetime) -> str:
        """Where a new log begins. Ids of entries begin with the milliseconds at which Redis took them."""
        place = f"{int((now - BACK).timestamp() * 1000)}-0"
        return min(place, self._newest()[0], key=_order)

    def is_another(self, place: str) -> bool:
        """Redis lost its memory: what follows ``place`` is not what would have followed."""
        last, added = self._newest()
        before, self._added = self._added, added
        return added < before or _order(last) < _order(place)

    def _newest(self) -> tuple[str, int]:
        """Place of the newest entry, and how many there ever were."""
        try:
            info: Any = self._redis.xinfo_stream(self._names.facts)
        except redis.ResponseError:  # no stream at all
            return BEGIN, 0
        last = info.get("last-generated-id") or info.get(b"last-generated-id") or BEGIN
        added = info.get("entries-added") or info.get(b"entries-added") or 0
        return last.decode() if isinstance(last, bytes) else last, int(added)


def entry_of(place: str, raw: bytes) -> Entry:
    """Reads the database now and then: who was erased is not told of."""
    try:
        told = without_erased(letters.read(raw))
    except letters.Unreadable:
        return Entry(place)
    if len(told.fact.id) > LONGEST:
        return Entry(place)
    return Entry(place, told.journal, told.fact)


def _order(place: str) -> tuple[int, int]:
    first, _, second = place.partition("-")
    return int(first), int(second or 0)
