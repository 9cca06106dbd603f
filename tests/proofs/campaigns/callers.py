"""People who call the centre while it dials: each waits for as long as she must, talks, and hangs up."""

import random
import time

from tests.daemon.switch import SimulatedSwitch
from tests.proofs.campaigns.centre import DID

LEAST_S, MOST_S = 0.5, 3.0
"""Between two of them."""


class Callers:
    """``called``: her leg → how long she talks, seconds."""

    def __init__(self, switch: SimulatedSwitch, chance: random.Random) -> None:
        self.switch, self.chance = switch, chance
        self.called: dict[str, float] = {}
        self._next = 0.0

    def step(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self.chance.uniform(LEAST_S, MOST_S)
        talk = round(self.chance.uniform(0.3, 2.5), 2)
        number = f"154{len(self.called):08}"
        self.called[self.switch.call(number, DID, f"talk={talk}")] = talk
