"""Saying which orders to dial can no longer be begun (``contract.hopper.Settled``), each second.

Theory of operation. The engine is asked through its own inbox. What it answers stands behind all that it has begun, and
from then on it refuses what expired before; so when the facts up to there are flushed to disk, an order that expired
and is not among them was not carried out and never will be. The key in Redis belongs to the newest term: a leader that
was followed by another, and does not know it yet, cannot write over what its successor says. A term begins with this
key, before any command is taken: so the successor refuses what its predecessor has said to be over.
"""

from collections.abc import Callable
from typing import Any

import gevent
import msgspec
import structlog
from gevent.event import AsyncResult, Event

from switchctl.bus.journal import Journal
from switchctl.bus.redis import Pauses, RedisError, client
from switchctl.contract import hopper
from switchctl.contract.names import Names

EVERY_S = 1.0
LOOK_S = 0.02

WRITE = """
local old = redis.call('GET', KEYS[1])
if old then
  local known, said = pcall(cjson.decode, old)
  if known and (said.epoch > tonumber(ARGV[2]) or (said.epoch == tonumber(ARGV[2]) and said.journal > ARGV[3])) then
    return {0, old}
  end
end
redis.call('SET', KEYS[1], ARGV[1])
return {1, old or ''}
"""

log = structlog.get_logger(__name__)


class Settling:
    """``ask`` puts the question to the engine, which answers by ``settle``; ``before`` tells it what the last leader
    said. ``since``: see ``Settled.since``."""

    def __init__(
        self, url: str, names: Names, journal: Journal, ask: Callable[[], None], before: Callable[[int], None]
    ) -> None:
        self._redis = client(url)
        self._script = self._redis.register_script(WRITE)
        self._names = names
        self._journal = journal
        self._ask = ask
        self._before = before
        self._answer: Any = AsyncResult()
        self.since = 0
        self.begun = Event()
        """Set once the engine knows what was said before this term."""

    def settle(self, until: int) -> None:
        """The engine's answer; called when the facts of its batch are in the journal."""
        journal = self._journal
        self._answer.set(
            hopper.Settled(journal=journal.id, epoch=journal.epoch, since=self.since, seq=journal.seq, until=until)
        )

    def run(self) -> None:
        """For ever; a greenlet's body."""
        pauses = Pauses()
        while True:
            try:
                if not self.begun.is_set():
                    self.begin()
                self.step()
                pauses.reset()
                gevent.sleep(EVERY_S)
            except RedisError:
                gevent.sleep(pauses.next())  # the outbox says that Redis is away, once

    def begin(self) -> None:
        """Make the key this term's. RedisError if Redis is away."""
        journal = self._journal
        mine = hopper.Settled(journal=journal.id, epoch=journal.epoch, since=self.since, seq=journal.seq, until=0)
        _, old = self._write(mine)
        try:
            self._before(hopper.decode_settled(old).until if old else 0)
        except msgspec.DecodeError:
            log.warning("what can no longer be begun was not understood; it is said anew")
        self.begun.set()

    def step(self) -> None:
        """Ask the engine, wait until its facts are safe, and say it. RedisError if that fails."""
        self._answer = AsyncResult()
        self._ask()
        said: hopper.Settled = self._answer.get()
        while self._journal.flushed < said.seq:
            gevent.sleep(LOOK_S)
        written, _ = self._write(said)
        if not written:
            log.warning("another daemon says what can no longer be begun", epoch=said.epoch)

    def _write(self, said: hopper.Settled) -> tuple[bool, bytes]:
        """Whether it was ours to write, and what stood there."""
        args = [hopper.encode(said), said.epoch, said.journal]
        answer: Any = self._script(keys=[self._names.settled], args=args)
        return bool(answer[0]), answer[1]
