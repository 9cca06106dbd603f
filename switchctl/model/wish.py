"""A wish to be called back with a colleague as soon as she can be called."""

import msgspec

FREE, THERE = "free", "there"
"""When her call is over; when she has shown, by something that she did, that she is at her desk again."""


class Wish(msgspec.Struct, kw_only=True):
    """``agent`` is whose phone rings first; her call to ``of`` then bears the wish's id. Times are µs."""

    id: str
    agent: str
    of: str
    when: str
    since: int
    until: int
    seen: bool = False
    """She has done something since then."""
