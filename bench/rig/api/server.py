"""The web server of the product as `make run` starts it: its line of the table of processes, run by itself."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rig.stack import until
from ccsite.run.child import Child
from ccsite.run.guard import Guard
from ccsite.run.place import Place
from ccsite.run.ports import free_port
from ccsite.run.table import processes

PRODUCTION = {
    "SWITCHDESK_PRODUCTION": "yes", "ALLOWED_HOSTS": "localhost", "TRUSTED_PROXIES": "127.0.0.1", "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "bench.rig.api.plain",
}  # fmt: skip
FINISH_S = 10


@contextmanager
def web_server(state: Path) -> Iterator[tuple[str, int]]:
    """Host and port, taking requests. The addresses of its database and Redis are those of this process."""
    place = Place({**os.environ, "SWITCHDESK_VAR": str(state), "PORT": str(free_port())})
    line = next(process for process in processes(place) if process.name == "web")
    with Guard() as guard:
        child = Child(
            "web", line.argv, log=state / "web.log", guard=guard, environment=place.for_children() | PRODUCTION
        )
        child.start()
        host, port = line.answers or ("", 0)
        until(lambda: _answers(host, port) or child.ended() is not None, "the web server", 60)
        if child.ended() is not None:
            raise RuntimeError(child.last_line())
        yield host, port
        child.ask_to_stop()
        child.finish(time.monotonic() + FINISH_S)


def _answers(host: str, port: int) -> bool:
    import http.client

    asking = http.client.HTTPConnection(host, port, timeout=5)
    try:
        asking.request("GET", "/healthz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return asking.getresponse().status == 200
    except OSError:
        return False
    finally:
        asking.close()
