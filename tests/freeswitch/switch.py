"""A real FreeSWITCH with our configuration, in a folder and on loopback ports of its own."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from switchctl.contract.directory import Trunk
from tests.freeswitch.agents import DOMAIN as DOMAIN
from tests.freeswitch.agents import PhonesDoor
from tests.freeswitch.console import Console
from tests.freeswitch.until import until
from tests.ports import SoundPorts, free_port

ROOT = Path(__file__).resolve().parents[2]
CONF = ROOT / "freeswitch-conf"


def binary() -> str | None:
    """TEST_FREESWITCH_BIN, else ``freeswitch`` on the PATH."""
    return os.environ.get("TEST_FREESWITCH_BIN") or shutil.which("freeswitch")


@dataclass
class Switch:
    """``start`` returns when it is ready for calls. ``lease`` names where a daemon may listen."""

    folder: Path
    secret: str = "a-secret-of-the-tests"
    esl_port: int = field(default_factory=free_port)
    phones_port: int = field(default_factory=free_port)
    trunk_port: int = field(default_factory=free_port)
    phones_tls_port: int = field(default_factory=free_port)
    trunk_tls_port: int = field(default_factory=free_port)
    ws_port: int = field(default_factory=free_port)
    wss_port: int = field(default_factory=free_port)
    siblings_port: int = field(default_factory=free_port)
    carrier_port: int = field(default_factory=free_port)
    lease: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    standby: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    daemon_http: int = field(default_factory=free_port)
    """Where a daemon may answer for the phones; until one does, and for what it does not know, ``phones`` does."""
    phones: PhonesDoor = field(default_factory=PhonesDoor)
    sound: SoundPorts = field(default_factory=SoundPorts)
    process: subprocess.Popen[bytes] | None = None
    first_words: str = ""
    """What its log held when it was ready."""

    @property
    def cdr(self) -> Path:
        return self.folder / "cdr"

    @property
    def log(self) -> Path:
        return self.folder / "log" / "freeswitch.log"

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "FREESWITCH_SECRET": self.secret,
            "FREESWITCH_SIP_IP": "127.0.0.1",
            "FREESWITCH_DOMAIN": DOMAIN,
            "FREESWITCH_ESL_PORT": str(self.esl_port),
            "FREESWITCH_PHONES_PORT": str(self.phones_port),
            "FREESWITCH_WS_PORT": str(self.ws_port),
            "FREESWITCH_WSS_PORT": str(self.wss_port),
            "FREESWITCH_TRUNK_PORT": str(self.trunk_port),
            "FREESWITCH_TLS": "true",
            "FREESWITCH_PHONES_TLS_PORT": str(self.phones_tls_port),
            "FREESWITCH_TRUNK_TLS_PORT": str(self.trunk_tls_port),
            "FREESWITCH_SIBLINGS_PORT": str(self.siblings_port),
            "FREESWITCH_RTP_FIRST": str(self.sound.first),
            "FREESWITCH_RTP_LAST": str(self.sound.last),
            "FREESWITCH_CDR": str(self.cdr),
            "SWITCHCTL_LEASE": self.lease,
            "SWITCHCTL_STANDBY_LEASE": self.standby,
            "SWITCHCTL_HTTP": f"127.0.0.1:{self.daemon_http}",
            "SWITCHCTL_STANDBY_HTTP": f"127.0.0.1:{self.phones.port}",
        }

    def prepare(self) -> None:
        """Folders, who answers for the phones, and (once) the sounds."""
        for name in ("log", "run", "db", "storage", "cdr", "tmp", "sounds"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.phones.knows(Trunk(gateway="carrier", proxy=f"127.0.0.1:{self.carrier_port}", pings=False))
        self.phones.open(self.secret)
        self._certificates()

    def _certificates(self) -> None:
        """The two that the switch looks for. To make them itself is seconds of work at each start, for it takes no key
        of less than 4096 bits. One of four primes is made at once, and as good on the loopback."""
        pem = self.folder / "tmp" / "dtls-srtp.pem"
        if pem.exists() or shutil.which("openssl") is None:
            return
        for words in (
            ["genrsa", "-out", str(pem), "-primes", "4", "4096"],
            ["req", "-x509", "-new", "-key", str(pem), "-subj", f"/CN={DOMAIN}", "-days", "30", "-out", f"{pem}.crt"],
        ):
            subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
        for name in ("wss.pem", "agent.pem", "cafile.pem"):
            shutil.copy(pem, pem.with_name(name))

    def spawn(self, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        program = binary()
        assert program is not None
        folders = {
            "-conf": CONF, "-log": self.folder / "log", "-run": self.folder / "run", "-db": self.folder / "db",
            "-storage": self.folder / "storage", "-sounds": self.folder / "sounds", "-temp": self.folder / "tmp",
            "-cache": self.folder / "tmp", "-certs": self.folder / "tmp", "-grammar": self.folder / "tmp",
            "-scripts": self.folder / "tmp", "-recordings": self.folder / "tmp", "-htdocs": self.folder / "tmp",
        }  # fmt: skip
        words = [word for flag, path in folders.items() for word in (flag, str(path))]
        with (self.folder / "out.txt").open("ab") as out:
            return subprocess.Popen(
                [program, "-nc", "-nf", "-np", "-nonat", *words],
                env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip

    def start(self) -> None:
        self.process = self.spawn(self.environment())
        until(self._ready, "the switch to be ready", 120)
        self.first_words = self.log_text()

    def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the switch ended:\n{self.log_text()[-2000:]}"
        try:
            console = self.console()
        except (OSError, AssertionError):
            return False
        try:
            return "is ready" in console.api("status") and console.api("sofia status").count("RUNNING") == 5
        finally:
            console.close()

    def console(self, listen: bool = False) -> Console:
        return Console(self.esl_port, self.secret, listen)

    def end_calls(self) -> None:
        """Every call that is up ends; a switch that is down has none."""
        if self.process is not None and self.process.poll() is None:
            console = self.console()
            console.api("hupall NORMAL_CLEARING")
            console.close()

    def crash(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def throw_away(self) -> None:
        """End it at once, whatever state it is in: nobody looks at what it leaves."""
        if self.process is not None and self.process.poll() is None:
            self.crash()

    def stop(self) -> None:
        """In order, which takes some seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
