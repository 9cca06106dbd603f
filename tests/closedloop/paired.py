"""A stage whose daemon may die or fall silent, with a second daemon to follow it."""

import signal
import socket

from switchctl.contract import commands as c
from tests.closedloop.tap import Tap
from tests.daemon.stage import Stage
from tests.nursery import Born


class PairedStage(Stage):
    """The switch knows a second address. Nobody listens there until the standby leads, nor at the first while
    its daemon is dead.
    """

    tap: Tap

    def __init__(self, folder, free_port, *sim: str) -> None:
        second = free_port()
        super().__init__(folder, free_port, *sim, "--standby", f"127.0.0.1:{second}")
        self.standby: Born | None = None
        self._silent: Born | None = None
        self._first = self._lease()
        self._second = (free_port(), second)
        self._second_http = free_port()
        self._own_first = free_port()
        self.environment["SWITCHCTL_LEASE_SHOWN"] = self.environment["SWITCHCTL_LEASE"]
        self._point("SWITCHCTL_LEASE", self._first, self._own_first)

    def _lease(self) -> int:
        return int(self.environment["SWITCHCTL_LEASE"].rpartition(":")[2])

    def _point(self, name: str, old: int, new: int) -> None:
        self.environment[name] = self.environment[name].replace(f":{old}", f":{new}")

    def start_daemon(self, healthy: bool = True, role: str = "leader") -> None:
        if self._lease() == self._own_first and not self.tap.listens(self._first):
            self.tap.listen("outbound", self._own_first, self._first)
        super().start_daemon(healthy, role)

    def kill_daemon(self) -> None:
        """kill -9, and its address refuses."""
        self.tap.shut(self._first)
        super().kill_daemon()

    def start_standby(self) -> None:
        """It has a memory of its own and follows what is told."""
        own, told = self._second
        self.tap.listen("standby", own, told)
        first = self.daemon, self.environment, self.http
        self.environment = {
            **self.environment,
            "SWITCHDESK_VAR": str(self.folder / "standby"),
            "SWITCHCTL_HTTP": f"127.0.0.1:{self._second_http}",
        }
        self._point("SWITCHCTL_LEASE", self._lease(), own)
        self._point("SWITCHCTL_LEASE_SHOWN", self._first, told)
        self.http = self._second_http
        self.start_daemon(role="standby")
        self.standby = self.daemon
        self.daemon, self.environment, self.http = first

    def mute(self) -> None:
        """The daemon hangs: its address accepts and says nothing."""
        self._silent, self.daemon, self.http = self.daemon, self.standby, self._second_http
        self.standby = None
        self._silent.send_signal(signal.SIGSTOP)

    def followed(self) -> None:
        """Wait until the standby leads."""
        self.until(self._standby_listens)

    def succeed(self) -> None:
        """The daemon dies as the standby leads."""
        self.mute()
        self.followed()
        self.tap.shut(self._first)
        self._silent.kill()
        self._silent.wait()

    def sign_in(self, agent: str) -> None:
        """She asks whoever leads; who leads may know it already."""
        for order in (c.SignIn, c.BecomeReady):
            self.order(order, agent, seconds=60)

    def _standby_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._second[0])) == 0

    def end(self) -> None:
        for process in (self.standby, self._silent):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        super().end()
