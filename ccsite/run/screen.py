"""The one screen that `make run` prints when everything is up."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from ccsite.run.child import Child
from ccsite.run.place import ROOT, Place


def screen(place: Place, children: Iterable[Child], ports: dict[str, int], seconds: float) -> str:
    """Address, demo logins, what runs where. ``ports``: name of a process to the port it listens on."""
    lines = ["", f"Switchdesk runs at {place.address}   (started in {seconds:.0f} s; Ctrl-C ends it)", ""]
    logins = place.state / "demo-logins"
    if logins.exists():
        lines += [f"Demo logins (kept in {_short(logins)}):"]
        lines += [f"  {line}".rstrip() for line in logins.read_text().strip().splitlines()] + [""]
    lines += [f"  {'process':<15}{'pid':>8}{'port':>8}  log"]
    for child in children:
        port = str(ports.get(child.name, ""))
        lines += [f"  {child.name:<15}{child.pid:>8}{port:>8}  {_short(child.log)}"]
    if "postgres" not in ports:
        lines += [f"  PostgreSQL is yours: {_without_password(place.database_url)}"]
    if "valkey" not in ports:
        lines += [f"  Redis is yours: {_without_password(place.redis_url)}"]
    if not place.simulated:
        nodes = ", ".join(node.partition("=")[0] for node in place.nodes.split(","))
        lines += [f"  FreeSWITCH is yours: {nodes}"]
    return "\n".join([*lines, ""])


def _short(path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
