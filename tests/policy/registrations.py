"""The phones and trunks that are registered at the little switch, and whether it takes calls."""

from collections import deque
from collections.abc import Callable
from typing import Any

from switchctl.esl.events import Event
from switchctl.model import effects as do
from tests.policy.voice import REPLIES


class Registrations:
    """The part of ``Exchange`` that knows them."""

    clock: Callable[[], int]
    phones: dict[str, int]
    trunks: dict[str, str]
    paused: bool
    linked: bool
    _line: Callable[[str], deque[tuple[str, Any]]]

    def register(self, extension: str, runs_out: int = 0) -> None:
        """A phone registers here, and tells nobody else."""
        self.phones[extension] = runs_out or self.clock() + 300_000_000
        seconds = str((self.phones[extension] - self.clock()) // 1_000_000)
        self._registration("sofia::register", extension, seconds)

    def unregister(self, extension: str) -> None:
        self.phones.pop(extension, None)
        self._registration("sofia::unregister", extension, "0")

    def _registration(self, subclass: str, extension: str, expires: str) -> None:
        if self.linked:
            self._line(f"phone {extension}").append(
                ("event", Event(name="CUSTOM", subclass=subclass, from_user=extension, expires=expires,
                                timestamp=self.clock()))
            )  # fmt: skip

    def _list_trunks(self, _wish: do.ListTrunks) -> None:
        self._line(REPLIES).append(("trunks_listed", (dict(self.trunks),)))

    def _list_phones(self, _wish: do.ListPhones) -> None:
        self._line(REPLIES).append(("phones_listed", (dict(self.phones),)))

    def _pause(self, wish: do.Pause) -> None:
        self.paused = wish.on

    def _ask_paused(self, _wish: do.AskPaused) -> None:
        self._line(REPLIES).append(("paused", (self.paused,)))
