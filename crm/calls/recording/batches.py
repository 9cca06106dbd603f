"""Batches of entries, prepared for the database; while one is written, the next is read and prepared."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from crm.calls.recording import letters
from crm.calls.recording.entries import Entries, Entry
from crm.calls.recording.prepare import Prepared, Told, prepared


@dataclass(frozen=True)
class Batch:
    """``bad`` are entries that hold no fact, with the reason. ``ready`` is None when a value resists preparing."""

    entries: list[Entry]
    told: list[tuple[bytes, Told]]
    bad: list[tuple[Entry, str]]
    ready: Prepared | None


class Batches:
    """Reads ahead only while there is a backlog: then batches are full."""

    def __init__(self, entries: Entries, size: int) -> None:
        self._entries = entries
        self._size = size
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
        self._ahead: Future[Batch] | None = None

    def next(self, block_ms: int) -> Batch:
        """The next batch, empty when nothing came in time. Raises redis.RedisError."""
        ahead, self._ahead = self._ahead, None
        batch = ahead.result() if ahead else self._read(lambda: self._entries.read(self._size, block_ms))
        if len(batch.entries) == self._size and self._entries.caught_up:
            self._ahead = self._pool.submit(self._read, lambda: self._entries.read(self._size, 1))
        return batch

    def claimed(self) -> Batch:
        """What dead recorders left."""
        return self._read(lambda: self._entries.claim(self._size))

    def drop(self) -> None:
        """Forgets what was read ahead; the stream tells it again as unfinished."""
        ahead, self._ahead = self._ahead, None
        if ahead:
            ahead.exception()

    def _read(self, read: Callable[[], list[Entry]]) -> Batch:
        entries = read()
        told: list[tuple[bytes, Told]] = []
        bad: list[tuple[Entry, str]] = []
        for entry in entries:
            try:
                told.append((entry[0], letters.read(entry[1])))
            except letters.Unreadable as error:
                bad.append((entry, str(error)))
        return Batch(entries, told, bad, ready([one for _id, one in told]))


def ready(told: list[Told]) -> Prepared | None:
    """None when a value resists; who it is, is found by halving."""
    try:
        return prepared(told)
    except (ValueError, TypeError, ArithmeticError, LookupError, OSError):
        return None
