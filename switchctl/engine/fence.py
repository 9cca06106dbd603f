"""The shell of ``leadership``: one greenlet that asks the switches, and the gates that keep a daemon silent.

What the links tell goes into a queue, so that the state machine is stepped in one place only. ``Guarded`` stands
between the engine and a node's command link: what may not be said surely is kept until the next look at the fence, and
refused when that shows another's name.

Design 3.15 has ``<daemon>:<epoch>``, renewed each 0.5 s. Ours is ``<daemon>:<epoch>:<beat>``, and renewing is the same
compare-and-set as taking: with the beat in a variable of its own, a standby that had read an old beat could still take
the fence from a leader that had just renewed it, for the compared value was the same.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import gevent
import structlog
from gevent.event import Event as Signal
from gevent.queue import Empty, Queue

from switchctl.engine import leadership as l
from switchctl.esl import commands

VARIABLE = "cc_leader"
NOT_SET = "-ERR no reply"
TICK_S = 0.05
log = structlog.get_logger(__name__)


class Answer(Protocol):
    ok: bool
    text: str


class Line(Protocol):
    """The commanding side of a node (``esl.node.Node``)."""

    def command(
        self, data: bytes, done: Callable[[Any], None] | None, may: Callable[[], bool] | None = None
    ) -> None: ...


class Refused:
    """What a command gets that may not be sent."""

    ok = False
    text = "this daemon does not lead the switch"
    """Without the ``-`` of a word of the switch: it has not judged the command, nothing got there."""


class Events(Protocol):
    """Who is told; called in the greenlet of ``Fences.run``."""

    def claimed(self, epoch: int) -> None:
        """The term must be on disk when this returns; OSError if it cannot be."""

    def heard(self, epoch: int) -> None:
        """Another's term, higher than all before: to be remembered. OSError if it cannot be."""

    def took_over(self, epoch: int) -> None: ...
    def goes_on(self, epoch: int) -> None:
        """We lead on, in a new term."""

    def took_node(self, node: str, core: str) -> None: ...
    def lost_node(self, node: str, reason: str) -> None: ...
    def deposed(self, by: str) -> None: ...


class Fences:
    """Keeps ``state`` (a ``Leadership``) in step with the switches."""

    def __init__(self, state: l.Leadership, lines: Mapping[str, Line], events: Events) -> None:
        self.state = state
        self.lines = {name: Guarded(self, name, line) for name, line in lines.items()}
        self._nodes = lines
        self._events = events
        self._queue: Any = Queue()
        self._cores: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._led = False
        self._epoch = 0
        self._heard = state.known
        self._stands_by = ""
        self.changed = Signal()
        """Set and cleared whenever a switch has answered or went away."""

    # --- from the links ------------------------------------------------------------------------------------------

    def up(self, node: str, core: str) -> None:
        """Both links of a node are up."""
        self._queue.put((self._up, node, core))

    def down(self, node: str, reason: str) -> None:
        """A node cannot be reached. What waits for its fence is refused: on a later session it may be wrong."""
        self.lines[node].drop()
        self._queue.put((self._down, node, reason))

    # --- for the engine ------------------------------------------------------------------------------------------

    def settle(self, patience: float | None = None) -> bool:
        """Wait until we surely lead (or no switch can be reached), at most so many seconds; says whether it is so."""
        with gevent.Timeout(patience, False):
            while not self.state.sure(time.monotonic()):
                self.changed.wait()
            return True
        return False

    def resign(self, timeout: float = 0.5) -> None:
        """Give the fences up and wait until the switches have heard it."""
        self._queue.put((self._resign,))
        with gevent.Timeout(timeout, False):
            while any(fence.number for fence in self.state.fences.values()) or not self.state.resigned:
                gevent.sleep(0.01)

    def taken(self, timeout: float) -> bool:
        """Wait until another daemon has taken a fence that we gave up."""
        with gevent.Timeout(timeout, False):
            while not any(text and not text.startswith("none:") for text in map(self._now, self._cores)):
                gevent.sleep(0.05)
            return True
        return False

    def _now(self, node: str) -> str:
        answer: Any = gevent.event.AsyncResult()
        self._nodes[node].command(commands.global_get(VARIABLE), answer.set)
        reply = answer.get()
        return reply.text if reply.ok else ""

    # --- the greenlet --------------------------------------------------------------------------------------------

    def run(self) -> None:
        """For ever; a greenlet's body."""
        while True:
            try:
                step, *values = self._queue.get(timeout=TICK_S)
            except Empty:
                step, values = self._tick, []
            step(*values)
            self._tell()

    def _up(self, node: str, core: str) -> None:
        self._cores[node] = core
        self._do(self.state.link_up(node, time.monotonic()))

    def _down(self, node: str, reason: str) -> None:
        self._cores.pop(node, None)
        self.state.link_down(node)
        self._tell(reason)
        self._wake()

    def _tick(self) -> None:
        self._do(self.state.tick(time.monotonic()))

    def _resign(self) -> None:
        self._do(self.state.resign(time.monotonic()))

    def _answered(self, order: l.Order, answer: Answer) -> None:
        if not (answer.ok or answer.text == NOT_SET):
            self.state.missed(order.node, order.number)
            return
        text = answer.text if answer.ok else ""
        self._do(self.state.seen(order.node, order.number, text, time.monotonic()))
        if self.state.resigned:
            self.state.missed(order.node, order.number)
        self._tell()
        self.lines[order.node].flush()
        self._wake()

    def _wake(self) -> None:
        self.changed.set()
        self.changed.clear()

    def _do(self, orders: list[l.Order]) -> None:
        for order in orders:
            if isinstance(order, l.Claim):
                try:
                    self._events.claimed(order.epoch)
                    self._heard = max(self._heard, order.epoch)
                except OSError as error:
                    log.error("no term can begin: it cannot be put on disk", problem=error.strerror)
                    self.state.unclaimed()
                    return
                continue
            line = self._nodes[order.node]
            if isinstance(order, l.Seed):
                line.command(commands.global_set(VARIABLE, order.value), None)
            elif isinstance(order, l.Take):
                line.command(commands.global_set(VARIABLE, order.value, order.old), None)
            line.command(commands.global_get(VARIABLE), self._back(order))

    def _back(self, order: l.Order) -> Callable[[Answer], None]:
        return lambda answer: self._queue.put((self._answered, order, answer))

    def _tell(self, reason: str = "") -> None:
        """Tell what is new since the last time."""
        state = self.state
        self._remember()
        if state.role == l.LEADER and not self._led:
            self._led, self._epoch = True, state.epoch
            self._events.took_over(state.epoch)
        elif state.role == l.LEADER and state.epoch != self._epoch and state.shown:
            self._epoch = state.epoch
            self._events.goes_on(state.epoch)
            self._told.clear()  # each switch is taken anew: what is there is told in the new term
        other = next((f.value for f in state.fences.values() if f.state == l.FOREIGN), "") if not state.epoch else ""
        if other.rpartition(":")[0] != self._stands_by:
            self._stands_by = other.rpartition(":")[0]
            if other:
                log.warning("another daemon leads; this one stands by", leader=other)
        held = {node: self._cores[node] for node in self._cores if self._led and state.holds(node)}
        for node in [node for node in self._told if node not in held]:
            del self._told[node]
            self._events.lost_node(node, reason or f"its fence is {state.fences[node].value or 'gone'}")
        for node, core in held.items():
            if self._told.get(node) != core:
                self._told[node] = core
                self._events.took_node(node, core)
        if state.role == l.DEPOSED and self._led:
            self._led = False
            for line in self.lines.values():
                line.drop()
            self._events.deposed(", ".join(sorted({text for text in state.holders().values() if text})))

    def _remember(self) -> None:
        """Have the highest term on disk, tried again at each look as long as there is no room."""
        known = self.state.known
        if known > self._heard:
            try:
                self._events.heard(known)
                self._heard = known
            except OSError:
                pass  # a disk that takes nothing is said by the journal


class Guarded:
    """A node's command link that carries nothing which another leader might have to answer for."""

    def __init__(self, fences: Fences, node: str, line: Line) -> None:
        self._fences = fences
        self._node = node
        self._line = line
        self._kept: deque[tuple[bytes, Callable[[Any], None] | None]] = deque()
        self.refused = 0

    def command(self, data: bytes, done: Callable[[Any], None] | None) -> None:
        """Send it now, or once the fence is surely ours; else it is refused. Never blocks."""
        state = self._fences.state
        if not self._kept and self._may():
            self._line.command(data, done, self._may)
        elif state.role == l.LEADER and state.holds(self._node):
            self._kept.append((data, done))
        else:
            self._refuse(done)

    def flush(self) -> None:
        """The switch has answered: send what was kept, or refuse it."""
        state = self._fences.state
        if self._kept and not (state.role == l.LEADER and state.holds(self._node)):
            self.drop()
        while self._kept and self._may():
            self._line.command(*self._kept.popleft(), self._may)

    def _may(self) -> bool:
        return self._fences.state.may_command(self._node, time.monotonic())

    def drop(self) -> None:
        """Refuse what was kept."""
        while self._kept:
            self._refuse(self._kept.popleft()[1])

    def _refuse(self, done: Callable[[Any], None] | None) -> None:
        self.refused += 1
        if done:
            done(Refused)
