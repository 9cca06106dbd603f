"""The stream of facts as this consumer group sees it: read, claimed from the dead, acknowledged."""

import logging
from collections.abc import Mapping
from typing import Any

import redis

from switchctl.contract.names import RECORD_GROUP, Names

log = logging.getLogger(__name__)

Entry = tuple[bytes, bytes]
"""Id in the stream, and the encoded fact (empty when the entry has none)."""
DEAD_AFTER_MS = 60_000


class Entries:
    """``consumer`` names this recorder; one that starts under the same name takes its unfinished work up."""

    def __init__(self, client: redis.Redis, names: Names, consumer: str) -> None:
        self._redis = client
        self._names = names
        self._consumer = consumer
        self._unfinished = True

    @property
    def caught_up(self) -> bool:
        """Nothing is left of what this consumer read before it was opened."""
        return not self._unfinished

    def open(self) -> None:
        """Makes the group if it is not there, and looks through what was read and never acknowledged."""
        self._unfinished = True
        try:
            self._redis.xgroup_create(self._names.facts, RECORD_GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def read(self, count: int, block_ms: int) -> list[Entry]:
        """Unfinished entries of this consumer, then new ones; waits up to ``block_ms`` for these."""
        if self._unfinished:
            found = self._group_read("0", count, None)
            if found:
                return found
            self._unfinished = False
        return self._group_read(">", count, block_ms)

    def claim(self, count: int) -> list[Entry]:
        """Entries that a recorder read and then was silent about for a minute."""
        _cursor, found, *_deleted = self._redis.xautoclaim(
            self._names.facts, RECORD_GROUP, self._consumer, min_idle_time=DEAD_AFTER_MS, start_id="0-0", count=count
        )
        if found:
            log.warning("taking over %d facts that another recorder left unfinished", len(found))
        return [_entry(id_, fields) for id_, fields in found]

    def finish(self, entries: list[Entry], marks: Mapping[str, int]) -> None:
        """Acknowledges the entries and tells the daemon the marks."""
        pipe = self._redis.pipeline(transaction=False)
        if entries:
            pipe.xack(self._names.facts, RECORD_GROUP, *(id_ for id_, _raw in entries))
        if marks:
            pipe.hset(self._names.committed, mapping=dict(marks))
        pipe.execute()

    def waiting(self) -> int:
        """Entries read by any recorder and not acknowledged."""
        return int(self._redis.xpending(self._names.facts, RECORD_GROUP)["pending"])

    def _group_read(self, start: str, count: int, block_ms: int | None) -> list[Entry]:
        answer = self._redis.xreadgroup(
            RECORD_GROUP, self._consumer, {self._names.facts: start}, count=count, block=block_ms
        )
        streams: list[Any] = list(answer.items()) if isinstance(answer, dict) else answer or []
        found: list[Entry] = []
        for _stream, entries in streams:
            if isinstance(answer, dict):  # RESP3 wraps the list once more
                entries = [entry for part in entries for entry in part]
            found += [_entry(id_, fields) for id_, fields in entries]
        return found


def _entry(id_: bytes, fields: Mapping[bytes, bytes] | None) -> Entry:
    return id_, (fields or {}).get(b"f", b"")
