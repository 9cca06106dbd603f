"""The daemon on one page: what it is made of, in the order of starting; stopping goes the other way round."""

import os
import socket
import time
import uuid
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import gevent
import structlog
from gevent.event import Event as Signal

from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.directory import DirectoryFeed
from switchctl.bus.inbox import CommandInbox
from switchctl.bus.journal import Journal
from switchctl.bus.outbox import Outbox
from switchctl.bus.presence import Presence
from switchctl.contract.names import Names
from switchctl.engine import inbox as i
from switchctl.engine import metrics
from switchctl.engine.brain import Brain
from switchctl.engine.cores import Cores
from switchctl.engine.health import HealthServer
from switchctl.engine.loop import Loop
from switchctl.engine.perform import Perform
from switchctl.engine.timers import Timers
from switchctl.esl.lease import Lease, LeaseServer, Limits
from switchctl.esl.node import Node
from switchctl.figures import Figures
from switchctl.settings import Settings
from switchctl.state import State

FLUSH_S = 3.0
"""How long a stop waits for Redis to take the last facts; they are safe in the journal either way."""


class CannotListen(RuntimeError):
    """A port is taken or an address is not ours; the text says which and how to choose another."""


log = structlog.get_logger(__name__)


def clock() -> int:
    """µs since the epoch."""
    return time.time_ns() // 1000


class Daemon:
    """Everything of one cluster. ``start`` returns when it serves, ``stop`` when it is down."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        names = Names(settings.cluster)
        url = settings.redis_url
        self.state = State(settings.state)
        self.epoch = self.state.next_epoch()
        self.since = clock()
        self.stopping = False
        self._greenlets: list[Any] = []

        # What was: the checkpoint, and the facts since then.
        self.checkpoint = Checkpoint(self.state.checkpoint)
        self.journal = Journal(self.state.journal, self.epoch, self.checkpoint.tell, least=self.checkpoint.view.seq)
        self.checkpoint.catch_up(self.state.journal)

        # The core and its loop.
        self.inbox = i.Inbox()
        self.directory = DirectoryFeed(url, names, self.state.directory, self._put(i.Reconfigured))
        self.brain = Brain(self.directory.load(), self.epoch, _new_id)
        self.cores = Cores()
        self.nodes = {
            node.name: Node(node.name, node.host, node.port, node.secret, self.inbox.put_event, self._up, self._down)
            for node in settings.nodes
        }
        self.leases = LeaseServer(
            *settings.lease, self._lease_opened, self._lease_closed, Limits(peers=networks(settings.peers))
        )
        self.timers = Timers(self._put(i.Rang), clock)
        self.perform = Perform(self.nodes, self.leases, self.timers, self.inbox)
        self.loop = Loop(self.brain, self.inbox, self.journal, self.perform, clock)

        # The roads, and what others may see of us.
        self.outbox = Outbox(url, names, self.journal, self.checkpoint)
        self.commands = CommandInbox(url, names, self.state.place, self._put(i.Ordered))
        figures = Figures(self)
        self.presence = Presence(url, names, figures.status)
        self.http = HealthServer(
            settings.http, figures.health, metrics.registry(figures, self.loop.loop_lag, self.loop.event_lag)
        )

    def start(self) -> None:
        """Bring it up. PortTaken if it cannot listen; the switch and Redis may be away, they are waited for."""
        _listen(self.http.start, "SWITCHCTL_HTTP", self._settings.http)
        _listen(self.leases.start, "SWITCHCTL_LEASE", self._settings.lease)
        restored = self.brain.restore(self.checkpoint.view, clock(), self.nodes)
        self.loop.begin(restored)
        for body in (self.loop.run, self.timers.run, self.journal.run, self.outbox.run, self.directory.run):
            self._run(body)
        self._run(self.checkpoint.run, lambda: self.journal.written)
        self._run(self.presence.run)
        for node in self.nodes.values():
            node.start()
        self._run(self.commands.run)
        calls = len(self.checkpoint.view.calls)
        log.info("serving", epoch=self.epoch, journal=self.journal.id, seq=self.journal.seq, calls=calls)

    def stop(self) -> None:
        """Take no more calls, hand those that wait back to the switch, tell what is to be told, end."""
        self.stopping = True
        self.inbox.put(i.Stopping())
        self.leases.stop_listening()
        if self._greenlets:
            self._wind_up()
        gevent.killall(self._greenlets, timeout=0.5)
        self.checkpoint.save(lambda: self.journal.written)
        self.journal.close()
        self.http.stop()
        self.state.release()
        log.info("stopped", epoch=self.epoch, seq=self.journal.seq)

    def _wind_up(self) -> None:
        self.loop.drained(0.5)
        self.leases.close_all()
        gevent.sleep(0.05)  # the last commands go out, the closings come in
        self.loop.drained(0.5)
        for node in self.nodes.values():
            node.stop()
        self.loop.drained(0.5)
        if not self.outbox.flushed(FLUSH_S):
            log.warning("facts wait in the journal for the next start", facts=self.journal.written - self.outbox.sent)
        self.presence.leave()

    def _run(self, body: Callable[..., None], *args: Any) -> None:
        """Run a greenlet for as long as the daemon lives; one that fails is said and begun again."""

        def again() -> None:
            while True:
                try:
                    body(*args)
                except Exception:
                    self.loop.errors += 1
                    log.exception("a part of the daemon failed and is begun again", part=body.__qualname__)
                gevent.sleep(1)

        self._greenlets.append(gevent.spawn(again))

    # --- from the switch to the inbox --------------------------------------------------------------------------

    def _put(self, kind: Callable[[Any], i.Input]) -> Callable[[Any], None]:
        return lambda value: self.inbox.put(kind(value))

    def _up(self, node: str, core: str) -> None:
        self.cores.up(node, core)
        self.inbox.put(i.LinkUp(node, core))

    def _down(self, node: str, reason: str) -> None:
        self.cores.down(node)
        self.inbox.put(i.LinkDown(node, reason))

    def _lease_opened(self, lease: Lease) -> None:
        node = self.cores.node(lease.core_uuid)
        if node is None:
            log.error("a call goes back: no link to its switch is up", call_id=lease.uuid)
            self.leases.release(lease.uuid)
        else:
            self.cores.hold(lease.uuid, lease.connection_id, node)
            self.inbox.put(i.LeaseOpened(node, lease.event))

    def _lease_closed(self, leg: str, connection: int, _reason: str) -> None:
        node = self.cores.let_go(leg, connection)
        if node is not None:
            self.inbox.put(i.LeaseClosed(node, leg))


def _listen(start: Callable[[], object], variable: str, address: tuple[str, int]) -> None:
    try:
        start()
    except OSError as error:
        host, port = address
        problem = os.strerror(error.errno) if error.errno else str(error)
        raise CannotListen(
            f"Cannot listen on {host}:{port}: {problem}. Choose another address by {variable}=host:port."
        ) from None


def networks(peers: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks as they are, names as the addresses that they resolve to now."""
    found: dict[str, None] = {}
    for peer in peers:
        try:
            ip_network(peer)
            found[peer] = None
        except ValueError:
            found.update((str(info[4][0]), None) for info in socket.getaddrinfo(peer, None))
    return tuple(found)


def _new_id(_kind: str) -> str:
    return str(uuid.uuid4())


def serve(settings: Settings, ended: Signal) -> None:
    """Run a daemon until ``ended`` is set."""
    daemon = Daemon(settings)
    try:
        daemon.start()
        ended.wait()
    finally:
        daemon.stop()
