"""Puts the virtual parts in the place of the real ones, once, for a whole interpreter."""

import random
import uuid
from typing import Any

import gevent
import gevent.pywsgi
import gevent.server
import gevent.socket

from tests.proofs.virtual import clock, disk, memory_redis, network
from tests.proofs.virtual.loop import VirtualLoop


class _Inline:
    """A pool of threads whose work takes no time."""

    def apply(self, deed: Any, args: tuple[Any, ...] = (), **options: Any) -> Any:
        return deed(*args, **options)


class _NoWeb:
    """Nobody asks for /healthz here."""

    server_port = 0

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def start(self) -> None:
        pass

    def stop(self, timeout: float = 0) -> None:
        pass


class _Seeded(random.Random):
    """A generator without a seed gets one that a repetition gets too."""

    def __init__(self, seed: Any = None) -> None:
        super().__init__(_chance.getrandbits(64) if seed is None else seed)


_chance = random.Random(0)


def virtual() -> None:
    """Call it before the daemon, the simulated switch or anything else that waits is imported."""
    gevent.config.loop = VirtualLoop
    gevent.config.max_blocking_time = 1e9
    clock.install()
    disk.install()
    memory_redis.install()
    gevent.socket.create_connection = network.connect
    gevent.socket.socket = network.Socket
    gevent.server.StreamServer = network.Server
    gevent.pywsgi.WSGIServer = _NoWeb
    gevent.get_hub()._threadpool = _Inline()
    random.Random = _Seeded  # type: ignore[misc]
    uuid.uuid4 = lambda: uuid.UUID(int=_chance.getrandbits(128), version=4)


def begin(seed: int) -> None:
    """All that is drawn from now on follows from the seed."""
    _chance.seed(seed)
    random.seed(seed)
    network.renew(seed)
