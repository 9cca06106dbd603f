"""Which node a lease is of: it names only the Core-UUID of its switch, which the links tell us."""

import gevent
from gevent.event import Event as Signal

PATIENCE_S = 2.0


class Cores:
    """Who is up. A lease may be there before its node's link; then it waits a moment."""

    def __init__(self, patience: float = PATIENCE_S) -> None:
        self._patience = patience
        self._up: dict[str, str] = {}
        self._news = Signal()
        self._held: dict[tuple[str, int], str] = {}

    def up(self, node: str, core: str) -> None:
        """A node's links came up."""
        self._up[node] = core
        self._news.set()
        self._news.clear()

    def down(self, node: str) -> None:
        """A node's links are down: nothing can be done for its calls, so no call is taken from it."""
        self._up.pop(node, None)

    def node(self, core: str) -> str | None:
        """The node of a core, waiting for its link; else the only one that is up; else None."""
        with gevent.Timeout(self._patience, False):
            while core not in self._up.values():
                self._news.wait()
        for node, known in self._up.items():
            if known == core or len(self._up) == 1:
                return node
        return None

    def hold(self, leg: str, connection: int, node: str) -> None:
        """Remember whose a connection is."""
        self._held[leg, connection] = node

    def let_go(self, leg: str, connection: int) -> str | None:
        """The node of a connection that ended; None if it was never taken."""
        return self._held.pop((leg, connection), None)
