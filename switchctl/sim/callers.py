"""People who call the centre: each with a patience, a wish to talk, and digits to press."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import gevent
import msgspec

from .channel import Channel
from .people import person
from .phones import FarEnd

if TYPE_CHECKING:
    from .switch import Switch


class Nature(msgspec.Struct):
    """How callers are. Times in seconds, means of exponential draws; shares 0 to 1."""

    patience: float = 90.0  # until they give up waiting
    talk: float = 60.0  # from the bridge until one of the two hangs up
    shortest_talk: float = 5.0
    greeting_leavers: float = 0.05
    agent_first: float = 0.35  # share of talks that the agent ends
    digits: str = "12"  # one of them is pressed some seconds after the call begins; may be empty


class Caller(FarEnd):
    """The far end of a call from outside. `patience` and `talk` None: it does nothing by itself."""

    patience: float | None = None
    talk: float | None = None
    agent_first = False

    def hang_up(self) -> None:
        if self.channel.answered.is_set():
            self.channel.hangup("NORMAL_CLEARING", "recv_bye", 200)
        else:
            self.channel.hangup("ORIGINATOR_CANCEL", "recv_cancel", 487)

    def wait_in_line(self) -> None:
        if self.patience is not None:
            gevent.spawn_later(self.patience, self._lose_patience)

    def _lose_patience(self) -> None:
        if self.channel.peer is None and not self.channel.times.bridged:
            self.hang_up()

    def bridged(self, other: Channel) -> None:
        """A talk begins; it ends after a while, by one of the two."""
        if self.talk is not None:
            gevent.spawn_later(self.talk, self._end_talk, other)

    def _end_talk(self, other: Channel) -> None:
        if self.channel.peer is not other:
            return
        if self.agent_first and isinstance(other.far, FarEnd):
            other.far.hang_up()
        else:
            self.hang_up()


class Arrivals:
    """Random callers, `rate` a minute (0: none), each on one of the DIDs."""

    def __init__(self, switch: Switch, dids: list[str], nature: Nature, seed: int) -> None:
        self.switch = switch
        self.dids = dids
        self.nature = nature
        self.random = random.Random(seed)
        self.rate = 0.0
        self.limit = 0  # most calls at once, 0: no limit
        self._runner: gevent.Greenlet | None = None

    def set_rate(self, rate: float) -> None:
        self.rate = rate
        if self._runner is not None:
            self._runner.kill(block=False)
        self._runner = gevent.spawn(self._run) if rate > 0 else None

    def talk(self) -> float | None:
        """How long somebody who is called talks; None while nobody calls by herself (tests, trainings)."""
        if not self.rate:
            return None
        return max(self.nature.shortest_talk, self.random.expovariate(1 / self.nature.talk))

    def _run(self) -> None:
        while True:
            gevent.sleep(self.random.expovariate(self.rate / 60))
            if self.switch.paused:
                continue
            if not self.limit or self.switch.calls() < self.limit:
                self.one()

    def one(self) -> Channel:
        """One caller of this nature."""
        number, name = person(self.random)
        ch = self.switch.call(number, self.random.choice(self.dids), name)
        caller = ch.far
        assert isinstance(caller, Caller)
        nature, draw = self.nature, self.random
        caller.patience = draw.expovariate(1 / nature.patience) + 2
        if draw.random() < nature.greeting_leavers:
            caller.patience = draw.uniform(0.5, 3)
        caller.talk = max(nature.shortest_talk, draw.expovariate(1 / nature.talk))
        caller.agent_first = draw.random() < nature.agent_first
        caller.wait_in_line()
        if nature.digits:
            gevent.spawn_later(draw.uniform(2, 6), ch.press, draw.choice(nature.digits))
        return ch
