"""What `make run` runs beside PostgreSQL and Valkey: the one list of processes."""

import sys
from typing import NamedTuple

from ccsite.run import ports
from ccsite.run.place import Place

FIRST, THEN = 0, 1
"""When a process is asked to stop: those that take work in go first, those that digest it go then."""

DEMONSTRATION = ("--rate", "5", "--most-calls", "14", "--trunk-channels", "15", "--phones", "*=page")
"""What the simulated switch plays: five callers a minute, phones that ring until the page answers them, and a trunk
that can be full."""


class Process(NamedTuple):
    """``argv`` begins with the interpreter; ``answers``: host and port that tell that it is up."""

    name: str
    argv: list[str]
    stops: int
    answers: tuple[str, int] | None = None


def processes(place: Place) -> list[Process]:
    """In the order of their start."""

    def python(*words: object) -> list[str]:
        return [sys.executable, *map(str, words)]

    def django(command: str) -> list[str]:
        return python("manage.py", command)

    def celery(*words: object) -> list[str]:
        return python("-m", "celery", "-A", "ccsite.celery", *words)

    web = python("-m", "uvicorn", "ccsite.asgi:application", "--host", place.bind, "--port", place.port)
    web += ["--lifespan", "off", "--no-access-log", "--no-server-header", "--no-proxy-headers"]
    web += ["--ws-max-size", "4096", "--timeout-graceful-shutdown", "3"]
    simulator = ["-m", "switchctl.sim", "--esl", f"127.0.0.1:{place.esl_port}"]
    simulator += ["--secret-file", place.state / "esl_secret", "--lease", place.lease, "--cdr", place.cdr]
    simulator += [*DEMONSTRATION, *place.simulator_options]
    worker = celery("worker", "--without-gossip", "--without-mingle", "--loglevel", "WARNING", "--concurrency", 2)
    beat = celery("beat", "--pidfile=", "--loglevel", "WARNING")

    table = [Process("web", web, FIRST, (place.bind, place.port))]
    if place.simulated:
        table.append(Process("simulator", python(*simulator), THEN, ("127.0.0.1", place.esl_port)))
    return [
        *table,
        Process("switchctl", python("-m", "switchctl"), FIRST, ports.split(place.daemon_http)),
        Process("record_events", django("record_events"), THEN),
        Process("feed_live", django("feed_live"), THEN),
        Process("publish_events", django("publish_events"), THEN),
        Process("send_webhooks", django("send_webhooks"), THEN),
        Process("roll_up", django("roll_up"), THEN),
        *([Process("demo_agents", django("demo_agents"), FIRST)] if place.simulated else []),
        Process("watch", django("watch_alarms"), FIRST),
        Process("worker", [*worker, "--queues", "celery"], FIRST),
        Process("worker_long", [*worker, "--queues", "long"], FIRST),
        Process("beat", beat, FIRST),
    ]
