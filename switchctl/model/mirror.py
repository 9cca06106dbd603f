"""What a node's fail-safe queue was told of the agents."""

import msgspec

Words = tuple[str, ...]


class Mirror(msgspec.Struct, kw_only=True):
    """``known``: extension → what was set → the order that set it. ``due``: extensions to look at, in order.
    ``under_way``: order (its job) → extension; who is in it is not due."""

    known: dict[str, dict[str, Words]] = {}
    due: dict[str, None] = {}
    under_way: dict[str, str] = {}
    jobs: int = 0
