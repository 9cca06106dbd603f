"""Where each phone is registered: a table of extensions and nodes."""

from collections.abc import Callable, Iterable

import msgspec


class Registration(msgspec.Struct):
    """``fresh``: when it runs out, µs on the switch's clock: the later, the newer. ``heard``: when we heard of it."""

    fresh: int
    heard: int


class Phones(msgspec.Struct):
    """A phone may be registered at several nodes; the freshest registration is where it is."""

    seen: dict[str, dict[str, Registration]] = {}

    def put(self, extension: str, node: str, fresh: int, now: int) -> None:
        """It is registered there."""
        self.seen.setdefault(extension, {})[node] = Registration(fresh, now)

    def drop(self, extension: str, node: str) -> None:
        """It is not registered there any more."""
        places = self.seen.get(extension, {})
        places.pop(node, None)
        if not places:
            self.seen.pop(extension, None)

    def at(self, extension: str, usable: Callable[[str], bool] | None = None) -> str:
        """The node of its freshest registration, of those that are ``usable``; empty if there is none."""
        places = self.seen.get(extension)
        if not places:
            return ""
        best, newest = "", -1
        for node, registration in places.items():
            if registration.fresh > newest and (usable is None or usable(node)):
                best, newest = node, registration.fresh
        return best

    def of(self, node: str) -> Iterable[tuple[str, Registration]]:
        """What is registered at a node."""
        return [(extension, places[node]) for extension, places in self.seen.items() if node in places]
