"""One turn of the core: the world, the time, and the effects gathered so far."""

from collections.abc import Callable
from typing import Any

from switchctl.contract.facts import Fact
from switchctl.model.call import Call
from switchctl.model.effects import CancelTimer, Effect, SetTimer, Tell
from switchctl.model.world import World

NewId = Callable[[str], str]
"""Makes a unique id; told what for (``offer``, ``visit``, ``flow``, ``play``): a replay hands out recorded ones."""

SECOND = 1_000_000


class Turn:
    """What a policy function works with. ``now`` is the daemon's clock, ``at`` the switch's for this input; µs."""

    __slots__ = ("world", "now", "at", "epoch", "new_id", "effects")

    def __init__(self, world: World, now: int, at: int, epoch: int, new_id: NewId) -> None:
        self.world = world
        self.now = now
        self.at = at
        self.epoch = epoch
        self.new_id = new_id
        self.effects: list[Effect] = []

    def do(self, effect: Effect) -> None:
        """Have an effect done."""
        self.effects.append(effect)

    def tell(self, kind: type[Fact], call: Call | None = None, **fields: Any) -> None:
        """Tell a fact of now; about ``call`` when given."""
        if call is not None:
            fields.setdefault("node", call.node)
            fields.setdefault("call_id", call.id)
        fields.setdefault("at", self.at)
        self.effects.append(Tell(kind(epoch=self.epoch, **fields)))

    def wake(self, key: str, seconds: float) -> None:
        """Set a timer; its key says what it is for, parts divided by ``|``."""
        self.effects.append(SetTimer(key, self.now + int(seconds * SECOND)))

    def sleep_on(self, key: str) -> None:
        """Cancel a timer."""
        self.effects.append(CancelTimer(key))


DOUBT_US = SECOND // 2
"""Two listings that were under way at once prove no more than one."""


def long_since(turn: Turn, missing: int) -> bool:
    """Whether the listing that missed something first was another than this one; the clock may have been put back
    since."""
    return abs(turn.now - missing) >= DOUBT_US


def ms(start: int, end: int) -> int:
    """Whole milliseconds between two times in µs; never negative, for clocks of two hosts may differ."""
    return max(0, (end - start) // 1000)
