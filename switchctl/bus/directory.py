"""The directory feed: the newest snapshot from Redis, swapped whole; a copy on disk for a start without Redis."""

from collections.abc import Callable
from pathlib import Path

import gevent
import msgspec
import structlog
from gevent.event import Event as Signal

from switchctl.bus import files
from switchctl.bus.redis import Pauses, RedisError, client
from switchctl.contract import directory as d
from switchctl.contract.names import Names

POLL_S = 5.0

log = structlog.get_logger(__name__)


class DirectoryFeed:
    """``swap`` is called with each new directory. A snapshot that does not fit is refused and the old one stays."""

    def __init__(self, url: str, names: Names, copy: Path, swap: Callable[[d.Directory], None]) -> None:
        self._redis = client(url)
        self._ears = client(url, blocking=True)
        self._names = names
        self._copy = copy
        self._swap = swap
        self._changed = Signal()
        self._raw = b""
        self.version = 0
        self.problem = ""

    def load(self) -> d.Directory:
        """The directory to start with: Redis's, else the copy on disk, else an empty one."""
        try:
            found = self._fetch()
        except RedisError as error:
            log.warning("Redis is away; the directory's copy on disk is used", problem=str(error))
            found = None
        if found is None:
            raw = files.read(self._copy)
            found = self._accept(raw) if raw else None
        if found is None:
            log.warning("there is no directory yet; calls are sent to the fail-safe until the CRM writes one")
        return found or d.Directory()

    def run(self) -> None:
        """Follow the changes, for ever; a greenlet's body."""
        listening = gevent.spawn(self._listen)
        try:
            while True:
                self._changed.wait(POLL_S)
                self._changed.clear()
                try:
                    self.check()
                except RedisError:
                    pass  # the outbox says that Redis is away, once
        finally:
            listening.kill()

    def check(self) -> None:
        """Swap the directory if there is another. RedisError if Redis is away."""
        found = self._fetch()
        if found is not None:
            log.info("a new directory", version=found.version)
            self._swap(found)

    def _fetch(self) -> d.Directory | None:
        """The snapshot in Redis, if it is another than ours and fits."""
        raw: bytes | None = self._redis.get(self._names.directory)  # type: ignore[assignment]
        if not raw or raw == self._raw:
            return None
        found = self._accept(raw)
        if found is not None:
            try:
                gevent.get_hub().threadpool.apply(files.replace, (self._copy, raw))
            except OSError as error:
                log.error("the directory's copy on disk cannot be written", problem=error.strerror)
        return found

    def _accept(self, raw: bytes) -> d.Directory | None:
        self._raw = raw
        try:
            found = d.decode(raw)
        except msgspec.DecodeError as error:
            self.problem = f"the directory that the CRM wrote is not understood: {error}"
            log.error("a directory that is not understood; the old one stays", problem=str(error))
            return None
        self.problem = ""
        self.version = found.version
        return found

    def _listen(self) -> None:
        pauses = Pauses()
        while True:
            try:
                with self._ears.pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(self._names.directory_changed)
                    pauses.reset()
                    while True:
                        if channel.get_message(timeout=POLL_S):
                            self._changed.set()
            except RedisError:
                gevent.sleep(pauses.next())
