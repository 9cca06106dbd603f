"""The simulated switch as a process, and a console on its event socket."""

import json
import os
import signal
import socket
import time
from pathlib import Path

from switchctl.esl import commands
from switchctl.esl.frames import FrameReader
from tests.nursery import Born, born

SECRET = "a-secret-of-the-tests"


class Console:
    """A connection that only asks."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._frames = FrameReader()
        self._next()
        self._socket.sendall(commands.auth(SECRET))
        self._next()

    def _next(self):
        while True:
            found = self._frames.feed(self._socket.recv(1 << 18))
            if found:
                return found[0]

    def api(self, text: str) -> str:
        """The answer to `api <text>`."""
        self._socket.sendall(f"api {text}\n\n".encode())
        return self._next().body.decode("utf-8", "replace").strip()

    def close(self) -> None:
        self._socket.close()


class SimulatedSwitch:
    """`python -m switchctl.sim`. Its phones answer on the page's word unless `manner` says otherwise."""

    def __init__(self, folder: Path, port: int, lease: int, *options: str) -> None:
        self.port = port
        self._folder = folder
        self._line = [
            "switchctl.sim", "--esl", f"127.0.0.1:{port}", "--lease", f"127.0.0.1:{lease}",
            "--announce", str(folder / "sim.announce"), "--prompt-seconds", "0.2", *options,
        ]  # fmt: skip
        self.process: Born | None = None
        self._console: Console | None = None

    def start(self) -> None:
        announce = self._folder / "sim.announce"
        announce.unlink(missing_ok=True)
        with (self._folder / "sim.log").open("a") as log:
            self.process = born(self._line, environment={**os.environ, "ESL_SECRET": SECRET}, output=log)
        deadline = time.monotonic() + 120
        while not announce.exists():
            assert self.process.poll() is None, (self._folder / "sim.log").read_text()[-2000:]
            assert time.monotonic() < deadline, "the simulated switch does not start"
            time.sleep(0.02)
        self._console = Console(self.port)

    def shut_down(self) -> None:
        """In order: every leg is hung up and every controller told."""
        self.process.terminate()
        self.process.wait(timeout=60)

    def stop(self) -> None:
        """kill -9."""
        if self._console:
            self._console.close()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    # --- what the outside world does -----------------------------------------------------------------------------

    def sim(self, words: str) -> str:
        """An order to the simulation; fails if it is refused."""
        answer = self._console.api(f"sim {words}")
        assert answer.startswith("+OK"), f"sim {words}: {answer}"
        return answer[3:].strip()

    def api(self, text: str) -> str:
        return self._console.api(text)

    def call(self, number: str = "15412345678", did: str = "4001", more: str = "") -> str:
        """Someone dials; the call's id."""
        return self.sim(f"call {number} {did} {more}".strip())

    def channels(self) -> dict[str, dict]:
        """Channels that are up, by UUID."""
        return {row["uuid"]: row for row in json.loads(self.api("show channels as json")).get("rows", [])}

    def variable(self, leg: str, name: str) -> str:
        return self.api(f"uuid_getvar {leg} {name}")
