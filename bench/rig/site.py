"""PostgreSQL, Valkey, the web server and the feeder, started as `make run` starts them."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from ccsite.run.guard import Guard
from ccsite.run.place import ROOT, Place
from ccsite.run.ports import answers, free_port
from ccsite.run.postgres import Postgres
from ccsite.run.table import processes
from ccsite.run.valkey import Valkey


class Site:
    """``start`` returns with Django set up in this process, on the same database. ``end`` stops it all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = ("PORT", "ESL_PORT")
        ports = {name: str(free_port()) for name in names}
        ports |= {name: f"127.0.0.1:{free_port()}" for name in ("SWITCHCTL_LEASE", "SWITCHCTL_HTTP")}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FREESWITCH", "SWITCH", "DATABASE", "REDIS"))}
        self.place = Place({**kept, **ports, "SWITCHDESK_VAR": str(folder / "var")})
        self.place.make_folders()
        self.port = self.place.port
        self._guard = Guard()
        self._children: list[subprocess.Popen[bytes]] = []
        self._servers: list[Postgres | Valkey] = []

    def start(self, *names: str) -> None:
        """The servers, the tables, and these of the processes of `make run`."""
        self._guard.__enter__()
        postgres = Postgres(self.place.state, self.place.logs / "postgres.log", self._guard, durable=False)
        valkey = Valkey(self.place.state, self.place.logs / "valkey.log", self._guard, durable=False)
        self._servers = [postgres, valkey]
        for server in self._servers:
            server.child.start()
        for server in self._servers:
            server.wait()
        self.place.database_url, self.place.redis_url = postgres.url, valkey.url
        self.environment = self.place.for_children()
        os.environ |= {k: v for k, v in self.environment.items() if os.environ.get(k) != v}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for process in processes(self.place):
            if process.name in names:
                self.run(process.name, process.argv)

    def run(self, name: str, argv: list[str]) -> "subprocess.Popen[bytes]":
        with (self.place.logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(argv, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self._children.append(child)
        return child

    def wait_web(self, port: int, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not answers("127.0.0.1", port):
            if time.monotonic() > deadline:
                raise TimeoutError("the web server does not answer")
            time.sleep(0.05)

    def warm(self) -> None:
        """The first request loads what others find loaded."""
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20).read()

    def end(self) -> None:
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(8)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for server in self._servers:
            server.child.ask_to_stop()
        for server in self._servers:
            server.child.finish(time.monotonic() + 5)
        self._guard.__exit__()


def python(*words: object) -> list[str]:
    return [sys.executable, *map(str, words)]
