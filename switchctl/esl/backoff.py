"""How long to wait before the next attempt."""

import random


class Backoff:
    """Doubles from `first` to `most` seconds, each with up to half taken off so that daemons do not march in
    step. `most` is small: however long a switch was away, its agents are to be free within 5 s of its being back. A
    refused secret waits `refused` seconds: trying again soon only fills the switch's log."""

    def __init__(self, rng: random.Random, first: float = 0.1, most: float = 3.0, refused: float = 30.0) -> None:
        self._rng = rng
        self._first = first
        self._most = most
        self._refused = refused
        self._delay = first

    def next(self, refused: bool = False) -> float:
        """Seconds to wait now."""
        if refused:
            return self._refused
        delay = self._delay
        self._delay = min(self._most, delay * 2)
        return delay * self._rng.uniform(0.5, 1.0)

    def reset(self) -> None:
        """The last attempt was a good one."""
        self._delay = self._first
