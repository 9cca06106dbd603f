"""`make run`: a whole call centre on this machine, ended by Ctrl-C."""

import os
import sys
import time

from ccsite.run.child import Child
from ccsite.run.guard import Guard
from ccsite.run.place import ROOT, OnlyOne, Place
from ccsite.run.postgres import Postgres
from ccsite.run.screen import screen
from ccsite.run.supervisor import SERVERS, Stop, Supervisor
from ccsite.run.table import processes
from ccsite.run.trouble import Trouble
from ccsite.run.valkey import Valkey

UP_WITHIN = 60.0
"""Seconds until the screen is printed even if some port does not answer yet."""


def say(line: str) -> None:
    print(line, flush=True)


def servers(place: Place, supervisor: Supervisor, guard: Guard) -> dict[str, int]:
    """Start what no URL names, and put the URLs where `manage.py` finds them. Returns name → port."""
    started: list[Postgres | Valkey] = []
    if not place.database_url:
        started.append(Postgres(place.state, place.logs / "postgres.log", guard, durable=True))
        place.database_url = started[-1].url
    if not place.redis_url:
        started.append(Valkey(place.state, place.logs / "valkey.log", guard, durable=True))
        place.redis_url = started[-1].url
    for server in started:
        supervisor.start(server.child, SERVERS)
    for server in started:
        server.wait()
    for name, url in (("database_url", place.database_url), ("redis_url", place.redis_url)):
        path = place.state / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
            handle.write(url)
    return {server.child.name: server.port for server in started}


def run(place: Place, supervisor: Supervisor, guard: Guard) -> None:
    begun = time.monotonic()
    listening = servers(place, supervisor, guard)
    environment = place.for_children()

    def child(name: str, argv: list[str]) -> Child:
        log = place.logs / f"{name}.log"
        return Child(name, argv, log=log, guard=guard, cwd=ROOT, environment=environment)

    supervisor.run_once(child("prepare", [sys.executable, "-m", "ccsite.run.prepare"]))
    table = processes(place)
    for process in table:
        supervisor.start(child(process.name, process.argv), process.stops)
    deadline = time.monotonic() + UP_WITHIN
    for process in table:
        if process.answers:
            listening[process.name] = process.answers[1]
            if not supervisor.wait_for(process.answers, deadline):
                say(f"{process.name} does not answer on port {process.answers[1]} yet; see its log.")
    say(screen(place, supervisor.children, listening, time.monotonic() - begun))
    supervisor.watch()


def main() -> int:
    try:
        place = Place(dict(os.environ))
        place.make_folders()
        with OnlyOne(place):
            place.check_ports()
            with Guard() as guard, Supervisor(say) as supervisor:
                try:
                    run(place, supervisor, guard)
                except Stop:
                    say("\nStopping ...")
                finally:
                    for name in ("database_url", "redis_url"):
                        (place.state / name).unlink(missing_ok=True)
            say("Everything has ended.")
    except Trouble as trouble:
        print(f"Switchdesk does not start. {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
