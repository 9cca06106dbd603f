"""Where and how this `make run` runs: what the environment asks for, checked before anything is started."""

import fcntl
import os
import shlex
from pathlib import Path
from typing import IO, Self

from ccsite.environment import generated_secret
from ccsite.run import ports
from ccsite.run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


class Place:
    """Addresses, folders and secrets of one running Switchdesk. ``Trouble`` when a value makes no sense."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.state = Path(environ.get("SWITCHDESK_VAR") or ROOT / "var").absolute()
        self.bind = environ.get("BIND") or "127.0.0.1"
        self.port = self._port("PORT", 8000)
        self.esl_port = self._port("ESL_PORT", 8021)
        self.lease = environ.get("SWITCHCTL_LEASE") or "127.0.0.1:8094"
        self.daemon_http = environ.get("SWITCHCTL_HTTP") or "127.0.0.1:8096"
        self.nodes = environ.get("FREESWITCH_NODES") or ""
        self.simulator_options = shlex.split(environ.get("SIM_OPTIONS") or "")
        self.database_url = environ.get("DATABASE_URL") or ""
        self.redis_url = environ.get("REDIS_URL") or ""
        if environ.get("SWITCHDESK_DEMO", "yes") not in ("yes", "no"):
            raise Trouble(
                "SWITCHDESK_DEMO must be yes or no: whether the demonstration centre is made at the first start."
            )

    @property
    def simulated(self) -> bool:
        """No real switch is named, so a simulated one is started."""
        return not self.nodes

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def cdr(self) -> Path:
        """Where the switch leaves its own record of each call, for the importer."""
        return self.state / "cdr"

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.bind in ("0.0.0.0", "::") else self.bind
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def make_folders(self) -> None:
        """The state folder is closed to others; under root others may pass through it, not look into it:
        the database server runs as another user."""
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            self.state.chmod(mode)
            self.logs.mkdir(exist_ok=True)
            self.cdr.mkdir(exist_ok=True)
        except OSError as error:
            raise Trouble(
                f"The folder {self.state} cannot be used ({error.strerror}). "
                "Name another one: SWITCHDESK_VAR=/path make run"
            ) from error

    def check_ports(self) -> None:
        """Every port that will be listened on, all at once, so that one message tells the whole of it."""
        wanted = [("the web pages", self.bind, self.port, "PORT={}")]
        if self.simulated:
            wanted.append(("the simulated switch", "127.0.0.1", self.esl_port, "ESL_PORT={}"))
        wanted.append(("the daemon's outbound sockets", *self._split("SWITCHCTL_LEASE", self.lease)))
        wanted.append(("the daemon's health page", *self._split("SWITCHCTL_HTTP", self.daemon_http)))
        taken = [
            (f"  {port:<6}{what}", setting.format(port + 100))
            for what, host, port, setting in wanted
            if not ports.is_free(host, port)
        ]
        if taken:
            lines = "\n".join(line for line, _ in taken)
            others = " ".join(setting for _, setting in taken)
            raise Trouble(f"Taken by another program:\n{lines}\nChoose others: {others} make run")

    def esl_secret(self) -> Path:
        """The file with the secret between the simulated switch and the daemon."""
        generated_secret("ESL_SECRET", self.state)
        return self.state / "esl_secret"

    def for_children(self) -> dict[str, str]:
        """The environment of every process. Secrets travel in it and not on command lines."""
        nodes = self.nodes
        if self.simulated:
            secret = self.esl_secret().read_text().strip()
            nodes = f"sim=esl://:{secret}@127.0.0.1:{self.esl_port}"
        return {
            **self.environ,
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "ccsite.settings",
            "SWITCHDESK_VAR": str(self.state),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "FREESWITCH_NODES": nodes,
            "SWITCHCTL_LEASE": self.lease,
            "SWITCHCTL_HTTP": self.daemon_http,
            **(self._demonstration() if self.simulated else {}),
        }

    def _demonstration(self) -> dict[str, str]:
        """The simulated carrier takes calls to the outside, of a centre in Beijing."""
        given = {
            "DIAL_AREA": "10",
            "DIAL_CALLER_NUMBER": "+861020000000",
            "DIAL_PREFIXES": "+",
        }
        return {name: self.environ.get(name) or value for name, value in given.items()}

    def _port(self, name: str, default: int) -> int:
        value = self.environ.get(name) or str(default)
        if not value.isdecimal() or not 0 < int(value) < 65536:
            raise Trouble(f"{name} must be a port from 1 to 65535, not {value!r}.")
        return int(value)

    def _split(self, name: str, value: str) -> tuple[str, int, str]:
        try:
            host, port = ports.split(value)
        except ValueError:
            raise Trouble(f"{name} must be host:port, not {value!r}.") from None
        return host, port, f"{name}={host}:{{}}"


class OnlyOne:
    """The lock that lets one supervisor work in a state folder; it falls with the process that holds it."""

    def __init__(self, place: Place) -> None:
        self._path = place.state / "run.lock"
        self._says = f"process {os.getpid()}, {place.address}"
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            raise Trouble(
                f"Switchdesk runs here already ({self._file.read().strip()}). End it with Ctrl-C where it was "
                "started, or start another one beside it: SWITCHDESK_VAR=/other/folder PORT=8100 make run"
            ) from None
        self._file.truncate(0)
        self._file.write(self._says)
        self._file.flush()
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
