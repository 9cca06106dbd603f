"""Hands every event to the connections that listen; builds no event that nobody asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .events import Event, Stamp

if TYPE_CHECKING:
    from .wire import Link


class Bus:
    """Connections that listen to all channels in one list, those of one channel (`myevents`) by its uuid."""

    def __init__(self, stamp: Stamp) -> None:
        self.stamp = stamp
        self._wide: list[Link] = []
        self._own: dict[str, list[Link]] = {}

    def update(self, link: Link) -> None:
        """Call after every change of the connection's subscription."""
        self.remove(link)
        if link.listens.own:
            self._own.setdefault(link.listens.own, []).append(link)
        elif link.listens.active:
            self._wide.append(link)

    def remove(self, link: Link) -> None:
        if link in self._wide:
            self._wide.remove(link)
        own = self._own.get(link.listens.own, [])
        if link in own:
            own.remove(link)
            if not own:
                del self._own[link.listens.own]

    def wanted(self, name: str, subclass: str = "", uuid: str = "") -> bool:
        return uuid in self._own or any(link.listens.may(name, subclass) for link in self._wide)

    def skip(self) -> None:
        """An event that nobody wants still takes its number."""
        self.stamp.sequence += 1

    def fire(self, name: str, subclass: str = "", body: str | None = None, **extra: str) -> None:
        """An event of the switch itself. Extra headers are given with `_` for `-`."""
        if not self.wanted(name, subclass):
            self.skip()
            return
        head = self.stamp.headers(name, subclass)
        for key, value in extra.items():
            head[key.replace("_", "-")] = value
        self.deliver(Event(name, head, "", body))

    def deliver(self, event: Event) -> None:
        frames: dict[str, bytes] = {}
        for link in self._own.get(event.uuid, ()) if event.uuid else ():
            link.offer(event, frames)
        for link in list(self._wide):
            link.offer(event, frames)
