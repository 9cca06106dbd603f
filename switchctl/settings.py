"""Settings of the daemon: the environment, read once into a frozen value.

A secret may stand in the variable itself, in the file that ``<NAME>_FILE`` names, or in ``<state>/<name>``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

USAGE = """\
Switchdesk's daemon drives FreeSWITCH. It is set up by its environment:

  FREESWITCH_NODES    name=esl://:secret@host:port,...   the switches (or FREESWITCH_NODES_FILE)
  REDIS_URL           redis://host:port/0                where facts go and commands come from (or REDIS_URL_FILE)
  SWITCHDESK_VAR      ./var                              state that outlives a restart
  SWITCHCTL_LEASE     127.0.0.1:8094                     where the switch's `socket` application connects; a standby
                                                         has one of its own, as it has its own SWITCHDESK_VAR
  SWITCHCTL_LEASE_SHOWN  (SWITCHCTL_LEASE)               the same address as the switch sees it, where that is another
  SWITCHCTL_PEERS     (the nodes' hosts)                 addresses that may connect there
  SWITCHCTL_HTTP      127.0.0.1:8096                     /healthz and /metrics
  SWITCHCTL_CLUSTER   main                               name of this daemon and its nodes in Redis
  SWITCHCTL_LOG       info                               debug, info, warning or error
"""


class SettingsError(ValueError):
    """The environment is incomplete or wrong; the text says which variable and how to set it."""


class NodeAddress(msgspec.Struct, frozen=True):
    """Where a switch listens. The secret is kept out of every repr."""

    name: str
    host: str
    port: int
    secret: str

    def __repr__(self) -> str:
        return f"<node {self.name} at {self.host}:{self.port}>"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that differs from place to place. Addresses are (host, port)."""

    nodes: tuple[NodeAddress, ...]
    redis_url: str
    state: Path
    lease: tuple[str, int]
    lease_shown: tuple[str, int]
    peers: tuple[str, ...]
    http: tuple[str, int]
    cluster: str
    log: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never stand in a log."""
        password = urlsplit(self.redis_url).password
        return (*(node.secret for node in self.nodes), *([unquote(password), password] if password else []))

    def __repr__(self) -> str:
        return f"<settings of {', '.join(node.name for node in self.nodes)}>"


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings. SettingsError on what is missing or cannot be understood."""
    state = Path(environ.get("SWITCHDESK_VAR") or "var").absolute()
    nodes = _nodes(_required(environ, state, "FREESWITCH_NODES", "node1=esl://:SECRET@127.0.0.1:8021"))
    redis_url = _required(environ, state, "REDIS_URL", "redis://127.0.0.1:6379/0")
    if urlsplit(redis_url).scheme not in ("redis", "rediss", "unix"):
        raise SettingsError("REDIS_URL must begin with redis://, rediss:// or unix://.")
    log = environ.get("SWITCHCTL_LOG", "info").lower()
    if log not in ("debug", "info", "warning", "error"):
        raise SettingsError(f"SWITCHCTL_LOG must be debug, info, warning or error, not {log!r}.")
    cluster = environ.get("SWITCHCTL_CLUSTER", "main")
    if not cluster.isidentifier():
        raise SettingsError("SWITCHCTL_CLUSTER must be a short word of letters and digits.")
    peers = environ.get("SWITCHCTL_PEERS", "").replace(",", " ").split()
    return Settings(
        nodes=nodes,
        redis_url=redis_url,
        state=state / "switchctl",
        lease=_address(environ, "SWITCHCTL_LEASE", "127.0.0.1:8094"),
        lease_shown=_address(environ, "SWITCHCTL_LEASE_SHOWN", environ.get("SWITCHCTL_LEASE") or "127.0.0.1:8094"),
        peers=tuple(peers or dict.fromkeys(node.host for node in nodes)),
        http=_address(environ, "SWITCHCTL_HTTP", "127.0.0.1:8096"),
        cluster=cluster,
        log=log,
    )


def _required(environ: Mapping[str, str], state: Path, name: str, example: str) -> str:
    value = environ.get(name, "")
    if value:
        return value
    given = environ.get(f"{name}_FILE", "")
    path = Path(given) if given else state / name.lower()
    try:
        value = path.read_text().strip()
    except OSError as error:
        if given:
            raise SettingsError(f"{name}_FILE names {given}, which cannot be read: {error.strerror}.") from None
    if not value:
        raise SettingsError(f"{name} is not set. Set it, such as {name}={example}, or name a file in {name}_FILE.")
    return value


def _nodes(text: str) -> tuple[NodeAddress, ...]:
    nodes = tuple(_node(part.strip()) for part in text.split(",") if part.strip())
    if not nodes:
        raise SettingsError("FREESWITCH_NODES names no switch.")
    if len({node.name for node in nodes}) != len(nodes):
        raise SettingsError("FREESWITCH_NODES gives one name to two switches.")
    return nodes


def _node(text: str) -> NodeAddress:
    # No part of `text` goes into an error: it holds the secret.
    name, _, url = text.partition("=")
    parts = urlsplit(url)
    try:
        port = parts.port or 8021
    except ValueError:
        port = 0
    if not name.isidentifier() or parts.scheme != "esl" or not parts.hostname or not port:
        raise SettingsError("FREESWITCH_NODES must read name=esl://:secret@host:port, parted by commas.")
    if not parts.password:
        raise SettingsError(f"FREESWITCH_NODES gives no secret for {name}: name=esl://:secret@host:port.")
    if unquote(parts.password) == "ClueCon":
        raise SettingsError(f"{name} has the secret that every FreeSWITCH is shipped with. Choose one of your own.")
    return NodeAddress(name, parts.hostname, port, unquote(parts.password))


def _address(environ: Mapping[str, str], name: str, default: str) -> tuple[str, int]:
    value = environ.get(name) or default
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not int(port) < 65536:
        raise SettingsError(f"{name} must read host:port, such as {default}, not {value!r}.")
    return host.strip("[]"), int(port)
