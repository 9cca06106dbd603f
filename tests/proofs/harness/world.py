"""The world of one history: who is in it, and how parts of it are stopped, killed and begun again."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event as Signal

from switchctl import main
from switchctl.settings import NodeAddress, Settings
from tests.proofs.harness.crm import Crm
from tests.proofs.harness.exchange import ESL, LEASES, SECRET, Exchange, Machine
from tests.proofs.virtual import disk, install, memory_redis, network
from tests.proofs.virtual.loop import Process, current, loop


class Host:
    """One daemon's host: its state folder outlives it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.process = Process(name)
        self.process.alive = False
        self.daemon: Any = None
        self.lives: list[Any] = []
        self.ended = Signal()
        self.skew_us = 0

    @property
    def settings(self) -> Settings:
        lease = ("127.0.0.1", LEASES[self.name])
        return Settings(
            nodes=(NodeAddress("n1", *ESL, SECRET),), redis_url="redis://memory", state=self.folder / "switchctl",
            lease=lease, lease_shown=lease, peers=("127.0.0.1",), http=("127.0.0.1", 1), cluster="main", log="info",
        )  # fmt: skip

    def start(self) -> None:
        """Nothing if it runs."""
        if self.process.alive:
            return
        self.process = Process(self.name)
        self.process.skew_us = self.skew_us
        self.ended = Signal()
        self.process.spawn(self._serve)

    def _serve(self) -> None:
        try:
            main.serve(self.settings, self.ended)
        except OSError:  # its disk is full: the process ends, and is begun again by whoever watches it
            gevent.spawn_later(2.0, self.start).spawn_tree_locals = {}
        network.wire.forget(self.process)
        disk.forget(self.process)
        self.process.alive = False

    def kill(self) -> None:
        """SIGKILL: its sockets and files are closed by the system, and nothing more is done."""
        process = self.process
        if not process.alive:
            return
        process.alive = False
        disk.full.discard(process)
        disk.fuses.pop(process, None)
        network.wire.forget(process)
        disk.forget(process)
        loop().buried += [self.daemon, process]
        self.daemon = None
        if current() is process:
            gevent.get_hub().switch()

    def stop(self) -> None:
        """SIGTERM."""
        if self.process.alive:
            with loop().on_behalf(self.process):
                self.ended.set()


class World:
    """Built by ``seed``; ``folder`` is for what lasts."""

    def __init__(self, seed: int, folder: Path) -> None:
        install.begin(seed)
        memory_redis.store.__init__()  # type: ignore[misc]
        self.machine = Machine(seed, str(folder / "cdr"))
        self.hosts = {name: Host(name, folder / name) for name in LEASES}
        self.crm = Crm(seed, self.machine.book)
        self._mends: list[Callable[[], Any]] = []
        watch(self)
        self.crm.start()
        self.machine.start()
        for host in self.hosts.values():
            host.start()
        gevent.spawn(self._look)

    @property
    def book(self) -> Any:
        return self.machine.book

    @property
    def switch(self) -> Exchange:
        switch = self.machine.switch
        assert switch is not None
        return switch

    @property
    def switch_up(self) -> bool:
        return self.machine.process.alive

    def on_switch(self, deed: Callable[[], Any]) -> Any:
        """Do something as the switch (its people at the far ends are in it); it must not wait."""
        return self.machine.process.do(deed)

    def leader(self) -> Any:
        """The daemon that leads, None if there is none."""
        leading = [host.daemon for host in self.hosts.values() if host.process.alive and host.daemon is not None]
        leading = [daemon for daemon in leading if daemon.leads]
        return max(leading, key=lambda daemon: daemon.epoch) if leading else None

    def later(self, seconds: float, deed: Callable[[], Any]) -> None:
        """The end of a fault: after so long, or when all faults end."""
        self._mends.append(deed)
        gevent.spawn_later(seconds, self._mend, deed)

    def mend(self) -> None:
        """End every fault that still lasts, in the order of their beginnings."""
        for deed in list(self._mends):
            self._mend(deed)

    def _mend(self, deed: Callable[[], Any]) -> None:
        if deed in self._mends:
            self._mends.remove(deed)
            deed()

    def machine_on(self) -> None:
        """Start the switch, if it does not run."""
        if not self.switch_up:
            self.machine.start()

    def crash_switch(self) -> None:
        """kill -9, with no word to anybody."""
        process = self.machine.process
        if not process.alive:
            return
        process.alive = False
        self.book.crashed.add(self.switch.core_uuid)
        self.book.talks.clear()
        network.wire.forget(process)
        loop().buried += [process, self.machine.switch]

    def _look(self) -> None:
        while True:
            gevent.sleep(0.25)
            if self.switch_up:
                self.switch.look()


def watch(world: World) -> None:
    """``serve`` makes daemons by itself; each tells its host that it is there."""

    class Daemon(ORIGINAL):  # type: ignore[valid-type,misc]
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            process = current()
            assert process is not None
            host = world.hosts[process.name]
            host.daemon = self
            host.lives.append(self)

    main.Daemon = Daemon  # type: ignore[misc]


ORIGINAL = main.Daemon


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one."""
    shared = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="switchdesk-", dir=shared if shared.is_dir() else None)
