"""A waiting line: callers in order of arrival less their head start, ties by call id."""

from bisect import bisect_left, insort

import msgspec

from switchctl.contract.directory import Queue as Profile
from switchctl.model.call import Call

Place = tuple[int, str]


class Queue(msgspec.Struct, kw_only=True):
    """Its profile, who serves it (agent → tier), and who waits in it."""

    profile: Profile
    tiers: dict[str, int] = {}
    waiting: list[Place] = []
    closed: bool = False
    """It was taken out of the directory; whoever is still bound for it is sent elsewhere."""

    @property
    def id(self) -> str:
        return self.profile.id

    def join(self, call: Call) -> None:
        """Take the call's place; a call that kept its order comes back to exactly the place it left."""
        place = (call.order, call.id)
        at = bisect_left(self.waiting, place)
        if at == len(self.waiting) or self.waiting[at] != place:
            insort(self.waiting, place)

    def leave(self, call: Call) -> None:
        """Give the place up, if it is held."""
        place = (call.order, call.id)
        at = bisect_left(self.waiting, place)
        if at < len(self.waiting) and self.waiting[at] == place:
            del self.waiting[at]
