"""/healthz and /metrics over HTTP, and what else the daemon answers there.

A *failure* means that calls are not served as they should be: 503. A *warning* means that they are, but someone
should look: 200. Both come with sentences that say what is wrong.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import structlog
from gevent.pywsgi import WSGIServer
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

STALL_S = 1.0
"""A batch that takes this long is a stalled loop."""

log = structlog.get_logger(__name__)
Door = Callable[[dict[str, Any]], tuple[str, list[tuple[str, str]], bytes]]


class Health(msgspec.Struct):
    """What is wrong now."""

    failures: list[str] = []
    warnings: list[str] = []

    @property
    def status(self) -> str:
        """``ok``, ``degraded`` or ``failed``."""
        return "failed" if self.failures else "degraded" if self.warnings else "ok"


def judge(
    *,
    links: dict[str, str],
    busy_since: float,
    disk: Iterable[str],
    redis: Iterable[str],
    directory: int,
    stopping: bool,
    now: float,
    led: bool = True,
    lease: str = "",
) -> Health:
    """Put the sentences together. ``links``: node → why it is down, "" when up. Times are monotonic seconds.

    ``led``: whether we or another daemon lead; ``lease``: why calls cannot be taken.
    """
    down = [f"The link to switch {name} is down: {reason}." for name, reason in links.items() if reason]
    health = Health(failures=[], warnings=[])
    (health.failures if len(down) == len(links) else health.warnings).extend(down)
    if busy_since and now - busy_since > STALL_S:
        health.failures.append(f"The engine has been busy with one batch for {now - busy_since:.1f} s.")
    health.failures += [_sentence(problem) for problem in disk if problem]
    health.warnings += list(dict.fromkeys(_sentence(problem) for problem in redis if problem))
    if not directory:
        health.warnings.append("There is no directory: the CRM has not written one yet.")
    if not led:
        health.failures.append("No daemon leads: the fences of the switches are being looked at.")
    if lease:
        health.failures.append(lease)
    if stopping:
        health.failures.append("The daemon is being stopped.")
    return health


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


class HealthServer:
    """Answers on (host, port). Asked at each request: ``health``, ``role`` (plain values), the registry; ``doors``:
    path → what takes the request and gives status, headers, body."""

    def __init__(
        self,
        address: tuple[str, int],
        health: Callable[[], Health],
        registry: CollectorRegistry,
        role: Callable[[], dict[str, Any]] = dict,
        doors: Mapping[str, Door] | None = None,
    ) -> None:
        self._doors = doors or {}
        self._health = health
        self._role = role
        self._registry = registry
        self._server = WSGIServer(address, self._answer, log=None, error_log=None)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_port)

    def start(self) -> None:
        """Listen. OSError if the port is taken."""
        self._server.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.stop(timeout=0.2)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ.get("PATH_INFO", "")
        more: list[tuple[str, str]] = []
        if path == "/healthz":
            health = self._health()
            body = msgspec.json.encode(
                {"status": health.status, "reasons": health.failures + health.warnings, "at": int(time.time())}
                | self._role()
            )
            code, kind = ("503 Service Unavailable" if health.failures else "200 OK"), "application/json"
        elif path == "/metrics":
            code, kind, body = "200 OK", CONTENT_TYPE_LATEST, generate_latest(self._registry)
        elif path in self._doors:
            code, more, body = self._doors[path](environ)
            kind = "text/xml"
        else:
            code, kind, body = "404 Not Found", "text/plain", b"Only /healthz and /metrics are here.\n"
        start_response(code, [("Content-Type", kind), ("Content-Length", str(len(body))), *more])
        return [body]
