"""The directory feed: the newest snapshot from Redis, swapped whole; a copy on disk for a start without Redis.

The secrets that belong to it come the same way from a key of their own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import gevent
import msgspec
import structlog
from gevent.event import Event as Signal

from switchctl.bus import files
from switchctl.bus.redis import Pauses, RedisError, client
from switchctl.contract import directory as d
from switchctl.contract import secrets as s
from switchctl.contract.names import Names

POLL_S = 5.0

log = structlog.get_logger(__name__)
Snapshot = TypeVar("Snapshot", d.Directory, s.Secrets)


class _Feed(Generic[Snapshot]):
    """``swap`` is called with each new snapshot. One that does not fit is refused and the old one stays."""

    what = ""
    without = ""
    """What follows when there is none at all."""

    def __init__(self, url: str, names: Names, copy: Path, swap: Callable[[Snapshot], None]) -> None:
        self._redis = client(url)
        self._ears = client(url, blocking=True)
        self._names = names
        self._copy = copy
        self._swap = swap
        self._changed = Signal()
        self._raw = b""
        self.version = 0
        self.problem = ""

    def _key(self) -> str:
        raise NotImplementedError

    def _decode(self, raw: bytes) -> Snapshot:
        raise NotImplementedError

    def _none(self) -> Snapshot:
        raise NotImplementedError

    def load(self) -> Snapshot:
        """What to start with: Redis's, else the copy on disk, else an empty one."""
        try:
            found = self._fetch()
        except RedisError as error:
            log.warning(f"Redis is away; the copy of the {self.what} on disk is used", problem=str(error))
            found = None
        if found is None:
            raw = files.read(self._copy)
            found = self._accept(raw) if raw else None
        if found is None:
            log.warning(f"there is no {self.what} yet; {self.without} until the CRM writes it")
        return found or self._none()

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
        """Swap it if there is another. RedisError if Redis is away."""
        found = self._fetch()
        if found is not None:
            log.info(f"new {self.what}", version=found.version)
            self._swap(found)

    def _fetch(self) -> Snapshot | None:
        """The snapshot in Redis, if it is another than ours and fits."""
        raw: bytes | None = self._redis.get(self._key())  # type: ignore[assignment]
        if not raw or raw == self._raw:
            return None
        found = self._accept(raw)
        if found is not None:
            try:
                gevent.get_hub().threadpool.apply(files.replace, (self._copy, raw))
            except OSError as error:
                log.error(f"the copy of the {self.what} on disk cannot be written", problem=error.strerror)
        return found

    def _accept(self, raw: bytes) -> Snapshot | None:
        self._raw = raw
        try:
            found = self._decode(raw)
        except msgspec.DecodeError as error:
            self.problem = f"the {self.what} that the CRM wrote: not understood: {error}"
            log.error(f"a new {self.what} that is not understood; the old one stays", problem=str(error))
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


class DirectoryFeed(_Feed[d.Directory]):
    """The directory."""

    what = "directory"
    without = "calls are sent to the fail-safe"

    def _key(self) -> str:
        return self._names.directory

    def _decode(self, raw: bytes) -> d.Directory:
        return d.decode(raw)

    def _none(self) -> d.Directory:
        return d.Directory()


class SecretsFeed(_Feed[s.Secrets]):
    """What phones prove themselves by. It is written with the directory, in one step."""

    what = "secrets"
    without = "no phone registers"

    def _key(self) -> str:
        return self._names.secrets

    def _decode(self, raw: bytes) -> s.Secrets:
        return s.decode(raw)

    def _none(self) -> s.Secrets:
        return s.Secrets()
