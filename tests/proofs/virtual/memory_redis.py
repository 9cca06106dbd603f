"""A Redis of one process' memory: the commands that the daemon uses, and its failures.

A client that is told to connect while ``away`` gets redis-py's own ConnectionError.
"""

from typing import Any

import gevent
import redis

from switchctl.bus import hopper as hoppers
from switchctl.bus import settling
from switchctl.contract import hopper
from tests.proofs.virtual import clock
from tests.proofs.virtual.loop import loop

POLL_S = 0.05
Entry = tuple[bytes, dict[bytes, bytes]]


class Store:
    """What the server holds."""

    def __init__(self) -> None:
        self.away = False
        self.slow = 0.0
        """Seconds that each answer takes; above a client's patience it is a time-out."""
        self.wipe()

    def wipe(self) -> None:
        """FLUSHALL, or a server that came back empty."""
        self.keys: dict[str, tuple[bytes, float]] = {}
        self.hashes: dict[str, dict[str, bytes]] = {}
        self.lists: dict[str, list[bytes]] = {}
        self.streams: dict[str, list[Entry]] = {}
        self.added: dict[str, int] = {}
        self.messages: dict[str, int] = {}
        """Channel → how many were published."""
        self._last = (0, 0)

    def lose_tail(self, stream: str, entries: int) -> None:
        """A replica was promoted that had not heard of the last entries."""
        held = self.streams.get(stream, [])
        lost = min(entries, len(held))
        del held[len(held) - lost :]
        self.added[stream] = self.added.get(stream, 0) - lost

    def add(self, stream: str, fields: dict[bytes, bytes]) -> None:
        milliseconds = int(clock.EPOCH * 1000 + loop().time * 1000)
        self._last = max((milliseconds, 0), (self._last[0], self._last[1] + 1))
        self.streams.setdefault(stream, []).append((b"%d-%d" % self._last, fields))
        self.added[stream] = self.added.get(stream, 0) + 1

    def hset(self, key: str, field: str, value: int) -> None:
        self.hashes.setdefault(key, {})[field] = b"%d" % value

    def get(self, key: str) -> bytes | None:
        value, until = self.keys.get(key, (None, 0.0))
        return value if value is not None and until > loop().time else None

    def after(self, stream: str, place: bytes, count: int | None) -> list[Entry]:
        mark = key(place)
        found: list[Entry] = []
        for entry in reversed(self.streams.get(stream, [])):
            if key(entry[0]) <= mark:
                break
            found.append(entry)
        return found[::-1][:count]


def key(text: bytes | str) -> tuple[int, int]:
    first, _, second = (text.decode() if isinstance(text, bytes) else text).partition("-")
    return int(first), int(second or 0)


store = Store()


class Client:
    """redis.Redis of redis-py."""

    def __init__(self, patience: float) -> None:
        self._patience = patience

    def _ask(self) -> Store:
        gevent.sleep(min(store.slow or 0.0005, self._patience))
        if store.slow >= self._patience:
            raise redis.TimeoutError("Timeout reading from socket")
        self._check()
        return store

    @staticmethod
    def _check() -> None:
        if store.away:
            raise redis.ConnectionError("Connection refused")

    def get(self, key: str) -> bytes | None:
        return self._ask().get(key)

    def set(self, key: str, value: bytes, ex: float | None = None) -> None:
        self._ask().keys[key] = (value, loop().time + ex if ex else float("inf"))

    def delete(self, key: str) -> None:
        self._ask().keys.pop(key, None)

    def exists(self, key: str) -> int:
        held = self._ask()
        return int(key in held.streams or held.get(key) is not None)

    def hget(self, key: str, field: str) -> bytes | None:
        return self._ask().hashes.get(key, {}).get(field)

    def hmget(self, key: str, fields: list[str]) -> list[bytes | None]:
        held = self._ask().hashes.get(key, {})
        return [held.get(field) for field in fields]

    def hset(self, key: str, field: str, value: int) -> None:
        self._ask().hset(key, field, value)

    def hgetall(self, key: str) -> dict[bytes, bytes]:
        return {field.encode(): value for field, value in self._ask().hashes.get(key, {}).items()}

    def time(self) -> tuple[int, int]:
        self._ask()
        return divmod(clock.EPOCH * 1_000_000 + int(loop().time * 1_000_000), 1_000_000)

    def xinfo_stream(self, stream: str) -> dict[str, int]:
        return {"entries-added": self._ask().added.get(stream, 0)}

    def xrevrange(self, stream: str, count: int) -> list[Entry]:
        return self._ask().streams.get(stream, [])[: -count - 1 : -1]

    def xrange(self, stream: str, min: str) -> list[Entry]:
        return [entry for entry in self._ask().streams.get(stream, []) if key(entry[0]) >= key(min)]

    def xread(self, places: dict[str, Any], count: int, block: int | None = None) -> list[Any]:
        held = self._ask()
        ((stream, place),) = places.items()
        until = loop().time + (block or 0) / 1000
        while True:
            found = held.after(stream, place, count)
            if found:
                return [[stream.encode(), found]]
            if loop().time >= until:
                return []
            gevent.sleep(POLL_S)
            self._check()

    def pipeline(self, transaction: bool) -> "Pipeline":
        return Pipeline(self)

    def lpush(self, key: str, value: bytes) -> None:
        self._ask().lists.setdefault(key, []).insert(0, value)

    def register_script(self, text: str) -> "Script":
        return Script(self, text)

    def pubsub(self, **_: Any) -> "Ears":
        return Ears(self)


class Script:
    """The two programs that the daemon gives to Redis, by what they do."""

    def __init__(self, client: Client, text: str) -> None:
        self._client = client
        self._do = {settling.WRITE: self._settle, hoppers.TAKE: self._take}[text]

    def __call__(self, keys: list[str], args: list[Any]) -> Any:
        return self._do(self._client._ask(), keys[0], args)

    @staticmethod
    def _settle(held: Store, key: str, args: list[Any]) -> list[Any]:
        old = held.get(key)
        said = hopper.decode_settled(old) if old else None
        if said is not None and (said.epoch, said.journal) > (args[1], args[2]):
            return [0, old]
        held.keys[key] = (args[0], float("inf"))
        return [1, old or b""]

    @staticmethod
    def _take(held: Store, key: str, args: list[Any]) -> bytes | None:
        agent, now = args
        leads = held.lists[key] = [raw for raw in held.lists.get(key, []) if hopper.decode_entry(raw).expires >= now]
        found = next((raw for raw in leads if hopper.decode_entry(raw).agent in ("", agent)), None)
        if found is not None:
            leads.remove(found)
        return found


class Pipeline:
    """Commands that are sent together; a connection that breaks may have carried some of them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._entries: list[tuple[str, dict[bytes, bytes]]] = []
        self._fields: list[tuple[str, str, int]] = []

    def xadd(self, stream: str, fields: dict[bytes, bytes], **_: Any) -> None:
        self._entries.append((stream, fields))

    def hset(self, key: str, field: str, value: int) -> None:
        self._fields.append((key, field, value))

    def execute(self) -> None:
        self._client._ask()
        for number, (stream, fields) in enumerate(self._entries):
            if number and number % 20 == 0:
                gevent.sleep(0.0005)
                self._client._check()
            store.add(stream, fields)
        for field in self._fields:
            store.hset(*field)


class Ears:
    """PUBSUB."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._channel = ""
        self._heard = 0

    def __enter__(self) -> "Ears":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def subscribe(self, channel: str) -> None:
        self._channel, self._heard = channel, self._client._ask().messages.get(channel, 0)

    def get_message(self, timeout: float) -> dict[str, str] | None:
        until = loop().time + timeout
        while loop().time < until:
            self._client._check()
            now = store.messages.get(self._channel, 0)
            if now != self._heard:
                self._heard = now
                return {"type": "message"}
            gevent.sleep(POLL_S)
        return None


def from_url(_: str, *, socket_timeout: float, **__: Any) -> Client:
    """redis.Redis.from_url."""
    return Client(socket_timeout)


def install() -> None:
    redis.Redis.from_url = from_url  # type: ignore[method-assign,assignment]
