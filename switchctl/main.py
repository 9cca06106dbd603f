"""The daemon on one page: what it is made of, in the order of starting; stopping goes the other way round.

It starts as a standby, which follows the facts and looks at the fences. When it takes over, the engine begins with what
the facts told; when another takes over from it, all of it is thrown away and built anew, as a standby.
"""

import time
import uuid
from collections.abc import Callable
from typing import Any

import gevent
import structlog
from gevent.event import Event as Signal

from switchctl.addresses import listen_at, may_listen
from switchctl.bus import journal as journals
from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.directory import DirectoryFeed, SecretsFeed
from switchctl.bus.follow import Follow
from switchctl.bus.hopper import Hopper
from switchctl.bus.inbox import CommandInbox
from switchctl.bus.journal import Journal
from switchctl.bus.lists import ListsFeed
from switchctl.bus.outbox import Outbox
from switchctl.bus.presence import LEADS, NEITHER, STANDS_BY, Presence
from switchctl.bus.settling import Settling
from switchctl.contract.directory import Directory
from switchctl.contract.hopper import Entry
from switchctl.contract.listbook import Book, Change
from switchctl.contract.names import Names
from switchctl.directory.door import PATH, Door
from switchctl.engine import inbox as i
from switchctl.engine import metrics
from switchctl.engine.brain import Brain
from switchctl.engine.fence import Fences
from switchctl.engine.health import HealthServer
from switchctl.engine.leadership import Leadership
from switchctl.engine.loop import Loop
from switchctl.engine.perform import Perform
from switchctl.engine.phonebook import Phonebook
from switchctl.engine.taking import Taking
from switchctl.engine.timers import Timers
from switchctl.esl import commands
from switchctl.esl.events import Event
from switchctl.esl.node import Node
from switchctl.figures import Figures
from switchctl.settings import Settings
from switchctl.state import State

CATCH_UP_S = 1.0
"""How long a start reads other daemons' facts before it looks at the fences; the rest follows meanwhile."""
HAND_OVER_S = 1.5
"""How long a stop waits for the standby, so that callers go straight to it."""
TAKE_S = 4.0
"""How long a call that comes waits for a word of the switch when we do not know whether we still lead. Longer than
another needs to take over: nobody else takes the call before that, and it would go to the fail-safe queue. A switch
whose cores are full (a thousand callers with music on two) takes more than a second for its word."""
LEASE = "cc_lease"
"""Variable of a switch that names where calls go first: the leader that it shows there need not be looked for."""
EVERYWHERE = ("", "0.0.0.0")
"""Addresses that tell nobody where to go."""
LOOK_BACK_US = 600_000_000
"""How much of the stream a leader that comes back reads again: more than two hosts' clocks differ."""
FLUSH_S = 3.0
"""How long a stop waits for Redis to take the last facts; they are safe in the journal either way."""


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
        self.since = clock()
        self.stopping = False
        self.over = Signal()
        """Set when another daemon has taken over; then there is nothing to do but ``stop``."""
        self._greenlets: list[Any] = []
        self._engine: list[Any] = []
        """Those of them that only a leader has."""
        self._following: Any = None

        # What was: the checkpoint, and the facts since then.
        self.checkpoint = Checkpoint(self.state.checkpoint, journals.known_id(self.state.journal))
        self.journal = Journal(self.state.journal, 0, self.checkpoint.tell, least=self.checkpoint.seq)
        self.checkpoint.own = self.journal.id
        self.checkpoint.catch_up(self.state.journal)
        self.follow = Follow(
            url, names, self.checkpoint, self.journal.id, lambda epoch: self.fences.state.learned(epoch)
        )

        # The core and its loop.
        self.inbox = i.Inbox()
        self.directory = DirectoryFeed(url, names, self.state.directory, self._reconfigured)
        self.lists = ListsFeed(url, names, self.state.lists, self._listed, self._relisted)
        self.secrets = SecretsFeed(url, names, self.state.secrets, lambda secrets: self.phonebook.entrusted(secrets))
        self.brain = Brain(self.directory.load(), 0, _new_id)
        self.brain.world.lists = self.lists.load()
        self.nodes = {
            node.name: Node(node.name, node.host, node.port, node.secret, self._event, self._up, self._down)
            for node in settings.nodes
        }
        leadership = Leadership(self.journal.id, self.state.epoch, self.nodes, self.state.heard)
        self.fences = Fences(leadership, self.nodes, self)
        self.phonebook = Phonebook(self.fences.lines, self.brain.world.directory, self.secrets.load(), self._shown)
        self.door = Door([node.secret for node in settings.nodes], self.phonebook.answer)
        self.taking = Taking(settings, self.inbox, self._may_take)
        self.timers = Timers(self._put(i.Rang), clock)
        self.brain.world.gone_s = settings.gone_s
        siblings = {node.name: node.sip for node in settings.nodes}
        self.settling = Settling(
            url, names, self.journal, lambda: self.inbox.put(i.Settle()), self._put(i.SettledBefore)
        )
        self.hopper = Hopper(url, names, self._lead_taken, clock, self._on_disk)
        self.perform = Perform(
            self.fences.lines, self.taking.leases, self.timers, self.inbox, siblings, self.settling.settle, self.hopper,
            self._on_disk,
        )  # fmt: skip
        self.loop = Loop(self.brain, self.inbox, self.journal, self.perform, clock, self._settle)

        # The roads, and what others may see of us.
        self.outbox = Outbox(url, names, self.journal, self.checkpoint, self.fences.state.learned)
        self.commands = CommandInbox(url, names, self.state.place, self._put(i.Ordered))
        figures = Figures(self)
        self.presence = Presence(url, names, figures.status, self._place)
        self.http = HealthServer(
            settings.http,
            figures.health,
            metrics.registry(figures, self.loop.loop_lag, self.loop.event_lag),
            figures.role,
            {PATH: self.door},
        )

    def start(self) -> None:
        """Bring it up. PortTaken if it cannot listen; the switch and Redis may be away, they are waited for."""
        listen_at(self.http.start, "SWITCHCTL_HTTP", self._settings.http)
        listen_at(lambda: may_listen(self._settings.lease), "SWITCHCTL_LEASE", self._settings.lease)
        self.fences.state.learned(max(self.follow.catch_up(CATCH_UP_S), self.checkpoint.view.epoch))
        for body in (
            self.journal.run,
            self.outbox.run,
            self.directory.run,
            self.secrets.run,
            self.lists.run,
            self.presence.run,
            self.fences.run,
        ):
            self._run(body)
        self._run(self.checkpoint.run, lambda: self.journal.written)
        self._following = self._run(self.follow.run)
        for node in self.nodes.values():
            node.start()
        log.info("started", journal=self.journal.id, seq=self.journal.seq, calls=len(self.checkpoint.view.calls))

    def stop(self) -> None:
        """Take no more calls, hand those that wait back to the switch, tell what is to be told, end."""
        self.stopping = True
        leads = self.leads
        self.taking.leases.stop_listening()
        if leads:
            self.inbox.put(i.Stopping())
            self._wind_up()
        gevent.killall(self._engine, timeout=0.5)
        self.taking.leases.close_all()
        for node in self.nodes.values():
            node.stop()
        if leads and not self.outbox.flushed(FLUSH_S):
            log.warning("facts wait in the journal for the next start", facts=self.journal.written - self.outbox.sent)
        if not leads:
            self.presence.leave()
        gevent.killall(self._greenlets, timeout=0.5)
        self.checkpoint.save(lambda: self.journal.written)
        self.journal.close()
        self.http.stop()
        self.state.release()
        log.info("stopped", epoch=self.epoch, seq=self.journal.seq)

    def _wind_up(self) -> None:
        self.loop.drained(0.5)
        stands_by = self.presence.somebody_stands_by()
        self.presence.leave()
        self.fences.resign()
        if stands_by and not self.fences.taken(HAND_OVER_S):
            log.warning("the standby did not take over; callers wait in the switch's own queue")
        self.taking.leases.close_all()
        gevent.sleep(0.05)  # the last commands go out, the closings come in
        self.loop.drained(0.5)

    def _run(self, body: Callable[..., None], *args: Any) -> Any:
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
        return self._greenlets[-1]

    # --- leadership (``engine.fence.Events``) --------------------------------------------------------------------

    @property
    def leads(self) -> bool:
        """Whether the engine runs and nobody has taken over."""
        return bool(self._engine) and not self.over.is_set()

    @property
    def epoch(self) -> int:
        """Our term; 0 while we have not led."""
        return self.journal.epoch

    def claimed(self, epoch: int) -> None:
        """A term is about to be ours."""
        self.state.keep_epoch(epoch)

    def heard(self, epoch: int) -> None:
        """A higher term than all before."""
        self.state.keep_heard(epoch)

    def took_over(self, epoch: int) -> None:
        """We lead: go on from what was told, take calls and commands."""
        self._following.kill(block=False)
        # The facts of this term are folded upon what was followed; a start that finds them on disk without it would
        # take all that others told for out of date.
        self.checkpoint.save(lambda: self.journal.written)
        self.journal.epoch = self.brain.epoch = epoch
        self.settling.since = self.state.whole_since(epoch, self.journal.lost)
        view = self.checkpoint.view
        self.loop.begin(self.brain.restore(view, clock(), self.nodes))
        self.loop.begin(self.brain.state(view, clock()))
        bodies = (
            self.loop.run, self.timers.run, self.settling.run, self._take_commands, self._take_leads, self._take_calls,
            self._move_cursor,
        )  # fmt: skip
        self._engine = [self._run(body) for body in bodies]
        self.presence.changed.set()
        log.info("leads", epoch=epoch, journal=self.journal.id, seq=self.journal.seq, calls=len(view.calls))

    def goes_on(self, epoch: int) -> None:
        """We lead on in a new term: every switch forgot ours, or another told facts in one that is no lower."""
        self.journal.epoch = self.brain.epoch = epoch
        # What led us to a new term may be that another led unseen.
        self.settling.since = self.state.whole_since(epoch, True)
        self.loop.begin(self.brain.state(self.checkpoint.view, clock()))
        log.info("leads on", epoch=epoch)

    def took_node(self, node: str, core: str) -> None:
        """A switch is ours to command."""
        self.taking.cores.up(node, core)
        self._shown(node)
        self.phonebook.took_node(node)
        self.inbox.put(i.LinkUp(node, core))

    def _shown(self, node: str) -> None:
        """Calls of a switch come here first."""
        host, port = self._settings.lease_shown
        if host not in EVERYWHERE and ":" not in host:
            self.fences.lines[node].command(commands.global_set(LEASE, f"{host}:{port}"), None)

    def lost_node(self, node: str, reason: str) -> None:
        """A switch is away, or its fence is not ours any more."""
        self.taking.cores.down(node)
        self.phonebook.lost_node(node)
        self.inbox.put(i.LinkDown(node, reason))

    def deposed(self, by: str) -> None:
        """Another daemon leads: fall silent at once."""
        self.over.set()
        gevent.killall(self._engine, block=False)
        self.taking.leases.stop_listening()
        log.error("another daemon has taken over; this one stands by", leader=by, epoch=self.epoch)

    def _reconfigured(self, directory: Directory) -> None:
        """A leader changes over between two inputs. A standby must know it before it takes over: calls that come to
        it then wait in queues that may be new."""
        self.phonebook.directed(directory)
        if self.epoch:
            self.inbox.put(i.Reconfigured(directory))
        else:
            self.brain.swap_directory(directory, clock())

    def _listed(self, book: Book) -> None:
        """The same for the lists of numbers."""
        if self.epoch:
            self.inbox.put(i.ListsRead(book))
        else:
            self.brain.swap_lists(book, clock())

    def _relisted(self, change: Change) -> None:
        if self.epoch:
            self.inbox.put(i.ListsChanged(change))
        else:
            self.brain.amend_lists(change, clock())

    def _take_commands(self) -> None:
        """Not before we know what our predecessor has said to be too late."""
        self.settling.begun.wait()
        self.commands.run()

    def _take_leads(self) -> None:
        self.settling.begun.wait()
        self.hopper.run()

    def _on_disk(self) -> bool:
        """Whether all that was told is."""
        return self.journal.written == self.journal.seq

    def _take_calls(self) -> None:
        self.taking.run(self.over)

    def _may_take(self) -> bool:
        return self.fences.settle(TAKE_S) and self.leads

    def _move_cursor(self) -> None:
        """While we lead, what others tell is of older terms; a start need not read it all."""
        while True:
            gevent.sleep(60)
            self.checkpoint.view.cursor = f"{(clock() - LOOK_BACK_US) // 1000}-0"

    def _place(self) -> str:
        if self.leads:
            return LEADS
        return STANDS_BY if self.fences.state.led and not self.over.is_set() else NEITHER

    def _settle(self) -> None:
        if not self.stopping and not self.fences.state.sure(time.monotonic()):
            self.fences.settle()
            self.loop.begin(self.brain.doubted(clock()))

    # --- from the switch to the inbox --------------------------------------------------------------------------

    def _put(self, kind: Callable[[Any], i.Input]) -> Callable[[Any], None]:
        return lambda value: self.inbox.put(kind(value))

    def _lead_taken(self, number: int, campaign: str, entry: Entry | None) -> None:
        self.inbox.put(i.LeadTaken(number, campaign, entry))

    def _event(self, node: str, event: Event) -> None:
        if self.fences.state.holds(node):  # of what happened before, the list of channels tells the outcome
            self.inbox.put_event(node, event)

    def _up(self, node: str, core: str) -> None:
        self.fences.up(node, core)

    def _down(self, node: str, reason: str) -> None:
        self.fences.down(node, reason)


def _new_id(kind: str) -> str:
    """What is played is told apart on its own leg only, and its id is said to the switch twice a call: a short one."""
    return uuid.uuid4().hex[:12] if kind == "play" else str(uuid.uuid4())


def serve(settings: Settings, ended: Signal) -> None:
    """Run a daemon until ``ended`` is set; one that another followed begins anew, as a standby."""
    while not ended.is_set():
        daemon = Daemon(settings)
        try:
            daemon.start()
            gevent.wait([ended, daemon.over], count=1)
        finally:
            daemon.stop()
