"""The lists of numbers: a snapshot and then each change, from Redis; a copy of both on disk for a start without it.

Changes come over a stream whose entry ``<version>-0`` is the change to that version. One that does not follow upon the
last means that some were missed: then the snapshot is taken anew. The copy is the snapshot's file and one to which
changes are appended; what a crash tore off its end comes again from the stream.
"""

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import msgspec
import structlog

from switchctl.bus import files
from switchctl.bus.redis import BLOCK_MS, Pauses, RedisError, client
from switchctl.contract.listbook import Book, Change, decode_change, decode_snapshot, encode
from switchctl.contract.names import Names

BEHIND_S = 0.2
"""How often it is looked for what Redis lacks: after it was wiped the CRM writes the lists anew."""
MANY = 20_000
"""Changes since the snapshot from which on a newer snapshot is taken, if there is one."""
_SIZE = struct.Struct("<I")

log = structlog.get_logger(__name__)


class ListsFeed:
    """``swap`` is called with each new book, ``amend`` with each change that follows upon it."""

    def __init__(
        self, url: str, names: Names, copy: Path, swap: Callable[[Book], None], amend: Callable[[Change], None]
    ) -> None:
        self._redis = client(url, blocking=True)
        self._names = names
        self._copy = copy
        self._log = copy.with_suffix(".changes")
        self._swap = swap
        self._amend = amend
        self._base = 0
        """Version of the snapshot, and how many entries changed since."""
        self._changed = 0
        self._newest = 0
        """What Redis said last to be the newest version."""
        self.version = 0
        """Of what the daemon has; 0: it never had any lists."""
        self.problem = ""

    def load(self) -> Book | None:
        """The lists to start with: the copy on disk, and what Redis has beyond it. None if there never were any: then
        nobody outside is dialled."""
        book = self._from_disk()
        try:
            for change in self._changes():
                if book is not None:
                    book.amend(change)
            newer = self._fetch()
            if newer is not None:
                book = newer
                for change in self._changes():
                    book.amend(change)
        except RedisError as error:
            log.warning("Redis is away; the copy of the lists on disk is used", problem=str(error))
        if book is None:
            log.warning("there are no lists of numbers yet; nobody outside is dialled until the CRM writes them")
        return book

    def run(self) -> None:
        """Follow the changes, for ever; a greenlet's body."""
        pauses = Pauses()
        while True:
            try:
                self.check()
                pauses.reset()
                if self._newest == self.version:
                    self._redis.xread({self._names.list_changes: f"{self.version}-0"}, block=BLOCK_MS, count=1)
                else:
                    gevent.sleep(BEHIND_S)
            except RedisError:
                gevent.sleep(pauses.next())  # the outbox says that Redis is away, once

    def check(self) -> None:
        """Take over what is newer, or other. RedisError if Redis is away."""
        for change in self._changes():
            self._amend(change)
        book = self._fetch()
        if book is not None:
            log.info("new lists of numbers", version=book.version)
            self._swap(book)
            for change in self._changes():
                self._amend(change)

    def _changes(self) -> Iterator[Change]:
        """Those that follow upon what we have, as far as nothing is missing between them."""
        if not self.version:
            return
        found: Any = self._redis.xrange(self._names.list_changes, min=f"{self.version + 1}-0")
        for _place, fields in found:
            raw = fields.get(b"c", b"")
            try:
                change = decode_change(raw)
            except msgspec.DecodeError as error:
                self._say(f"a change of the lists is not understood: {error}")
                return
            if change.version != self.version + 1 or change.whole:
                return
            self._note(change, raw)
            yield change

    def _note(self, change: Change, raw: bytes) -> None:
        self.version = change.version
        self._changed += len(change.entries) + len(change.gone)
        try:
            handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(handle, _SIZE.pack(len(raw)) + raw)
            finally:
                os.close(handle)
        except OSError as error:
            self._say(f"the copy of the lists on disk cannot be written: {error.strerror}")

    def _fetch(self) -> Book | None:
        """The snapshot, if it is needed: our version is not the newest, or much has changed since ours."""
        known: Any = self._redis.hmget(self._names.lists, ["version", "at"])
        version, base = known
        self._newest, at = int(version or 0), int(base or 0)
        if not at or (self._newest == self.version and not (self._changed > MANY and at > self._base)):
            return None
        raw = self._redis.hget(self._names.lists, "snapshot")
        if not isinstance(raw, bytes):
            return None
        pool = gevent.get_hub().threadpool
        try:
            book: Book = pool.apply(_book, (raw,))
        except msgspec.DecodeError as error:
            self._say(f"the lists that the CRM wrote are not understood: {error}")
            return None
        if book.version == self.version and self._base == self.version:
            return None  # the same again: what is newer is still on its way
        self.problem = ""
        self.version = self._base = book.version
        self._changed = 0
        try:
            pool.apply(self._keep, (raw,))
        except OSError as error:
            self._say(f"the copy of the lists on disk cannot be written: {error.strerror}")
        return book

    def _keep(self, raw: bytes) -> None:
        files.replace(self._copy, raw)
        files.replace(self._log, b"", flush=False)

    def _from_disk(self) -> Book | None:
        raw = files.read(self._copy)
        if raw is None:
            return None
        try:
            book = _book(raw)
        except msgspec.DecodeError as error:
            self._say(f"the copy of the lists on disk is not understood: {error}")
            return None
        self._base, self._changed = book.version, 0
        for change in _appended(files.read(self._log) or b""):
            if change.version == book.version + 1:
                book.amend(change)
                self._changed += len(change.entries) + len(change.gone)
        files.replace(self._log, b"".join(_kept(files.read(self._log) or b"", book.version)), flush=False)
        self.version = book.version
        return book

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            log.error(problem)
        self.problem = problem


def _book(raw: bytes) -> Book:
    return Book(decode_snapshot(raw))


def _frames(raw: bytes) -> Iterator[bytes]:
    place = 0
    while place + _SIZE.size <= len(raw):
        (size,) = _SIZE.unpack_from(raw, place)
        place += _SIZE.size
        if place + size > len(raw):
            return
        yield raw[place : place + size]
        place += size


def _appended(raw: bytes) -> Iterator[Change]:
    """The changes of the file, up to one that was torn off."""
    for frame in _frames(raw):
        try:
            yield decode_change(frame)
        except msgspec.DecodeError:
            return


def _kept(raw: bytes, version: int) -> Iterator[bytes]:
    """The file without what was torn off: the next change is appended behind whole ones."""
    for change in _appended(raw):
        if change.version <= version:
            frame = encode(change)
            yield _SIZE.pack(len(frame)) + frame
