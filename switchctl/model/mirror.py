"""What a node's fail-safe queue was told of the agents."""

import msgspec

Words = tuple[str, ...]


class Mirror(msgspec.Struct, kw_only=True):
    """``known``: extension → what was set → the order that set it. ``due``: extensions to look at, in order."""

    known: dict[str, dict[str, Words]] = {}
    due: dict[str, None] = {}
    job: str = ""
    """The order that is under way; empty = none."""
    jobs: int = 0
