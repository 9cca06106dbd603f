"""The loop: input → step → effects → perform.

One greenlet owns the world. It takes a batch of inputs, steps the brain through them, writes the facts of the
batch to the journal in one go, and only then lets the commands of the batch go out: what the switch was told to
do is on disk before it is told. An input whose step raises is logged and dropped; the loop lives on.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import gevent
import structlog
from gevent.event import Event as Signal
from prometheus_client import Histogram

from switchctl.contract.facts import Fact
from switchctl.engine.inbox import Heard, Inbox, Input
from switchctl.log import current_call
from switchctl.model.effects import Effect, Tell

if TYPE_CHECKING:
    from switchctl.engine.brain import Brain

BATCH = 256
_LAGS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = structlog.get_logger(__name__)


class Memory(Protocol):
    """Where facts are kept (``bus.journal.Journal`` with its checkpoint)."""

    def append(self, facts: list[Fact]) -> None: ...


class Loop:
    """``clock`` tells µs since the epoch; ``settle`` returns when we may decide.

    Lags are measured once a batch, on its oldest input.
    """

    def __init__(
        self,
        brain: "Brain",
        inbox: Inbox,
        memory: Memory,
        perform: Callable[[Effect], None],
        clock: Callable[[], int],
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        self.brain = brain
        self._inbox = inbox
        self._memory = memory
        self._perform = perform
        self._clock = clock
        self._settle = settle
        self._idle = Signal()
        self._idle.set()
        self.events: Counter[tuple[str, str]] = Counter()
        self.facts = 0
        self.errors = 0
        self.busy_since = 0.0
        """Monotonic seconds at which the present batch began, or began to wait until it may be decided; 0 between."""
        self.loop_lag = Histogram(
            "engine_loop_lag_seconds", "From an input's arrival to its effects done", registry=None, buckets=_LAGS
        )
        self.event_lag = Histogram(
            "esl_event_lag_seconds", "From the switch's time stamp to our step", registry=None, buckets=_LAGS
        )

    def run(self) -> None:
        """For ever; a greenlet's body."""
        while True:
            batch, since = self._inbox.take(BATCH)
            self._idle.clear()
            self.busy_since = time.monotonic()
            self._settle()
            self.turn(batch)
            self.loop_lag.observe(time.monotonic() - since)
            if not len(self._inbox):
                self._idle.set()
            gevent.sleep(0)  # the readers' turn

    def drained(self, timeout: float) -> bool:
        """Wait until the inbox is empty and its effects are done."""
        return bool(self._idle.wait(timeout)) and not len(self._inbox)

    def turn(self, batch: list[Input]) -> None:
        """Take a batch of inputs through the brain, journal its facts, do its effects."""
        self.busy_since = time.monotonic()
        now = self._clock()
        wanted: list[tuple[str, Effect]] = []
        facts: list[Fact] = []
        oldest = 0
        for item in batch:
            call_id = item.call_id
            current_call.set(call_id)
            if type(item) is Heard:
                self.events[item.node, item.event.name] += 1
                oldest = oldest or item.event.timestamp
            try:
                effects = item.step(self.brain, now)
            except Exception:
                self.errors += 1
                log.exception("an input was dropped", input=type(item).__name__)
                continue
            for effect in effects:
                if type(effect) is Tell:
                    facts.append(effect.fact)
                else:
                    wanted.append((call_id, effect))
        if oldest:
            self.event_lag.observe(max(0, now - oldest) / 1_000_000)
        self._keep(facts)
        self._do(wanted)
        current_call.set("")
        self.busy_since = 0.0

    def begin(self, effects: list[Effect]) -> None:
        """Do what the brain wants before the first input (from ``restore``)."""
        self._keep([effect.fact for effect in effects if isinstance(effect, Tell)])
        self._do([("", effect) for effect in effects if not isinstance(effect, Tell)])

    def _keep(self, facts: list[Fact]) -> None:
        if facts:
            self.facts += len(facts)
            self._memory.append(facts)

    def _do(self, wanted: list[tuple[str, Effect]]) -> None:
        for call_id, effect in wanted:
            current_call.set(call_id)
            try:
                self._perform(effect)
            except Exception:
                self.errors += 1
                log.exception("an effect was dropped", effect=type(effect).__name__)
