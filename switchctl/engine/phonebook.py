"""What the switches know of phones: the answers of the directory in force, and that none keeps an old one.

The switch keeps each phone that it asked for, without end, so that phones work on while no daemon answers. So it must
be told to forget: a phone whose secret is another one or that is gone, at once, with its registrations; all of them
when a link comes up, for nobody knows what was missed. Then it is made to ask for all of them again, a few at a time: a
daemon that dies right afterwards must not leave a switch that knows nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import gevent

from switchctl.contract.directory import Directory
from switchctl.contract.secrets import Secrets
from switchctl.directory.answers import Answers
from switchctl.engine.trunkbook import Line, Trunkbook
from switchctl.esl import rowcommands

PACE_S = 0.002
"""Between two phones that a switch asks for; each costs it a request to us, and calls' commands go in between."""


class Phonebook:
    """``lines``: of all switches; one that is not ours carries nothing. ``again``: of ``Trunkbook``."""

    def __init__(
        self, lines: Mapping[str, Line], directory: Directory, secrets: Secrets,
        again: Callable[[str], None] = lambda node: None,
    ) -> None:  # fmt: skip
        self._lines = lines
        self._directory = directory
        self._secrets = secrets
        self._nodes: dict[str, Any] = {}
        """Switches that are ours → the greenlet that makes it know all phones."""
        self.answers = Answers(directory, secrets)
        self._trunks = Trunkbook(lines, again)

    def answer(self, asked: Mapping[str, str]) -> bytes:
        """Of the newest directory."""
        return self.answers.answer(asked)

    def took_node(self, node: str) -> None:
        """Its link is up."""
        self.lost_node(node)
        if self.answers.phones:
            self._lines[node].command(rowcommands.forget_phones(), None)
        self._nodes[node] = gevent.spawn(self._know, node, list(self.answers.phones))
        self._trunks.took_node(node, self.answers)

    def lost_node(self, node: str) -> None:
        """Its link is down, or its fence another's."""
        if self._nodes.get(node):
            self._nodes.pop(node).kill(block=False)

    def directed(self, directory: Directory) -> None:
        """Another directory is in force."""
        self._directory = directory
        self._renew()

    def entrusted(self, secrets: Secrets) -> None:
        """Other secrets are."""
        self._secrets = secrets
        self._renew()

    def _renew(self) -> None:
        before, self.answers = self.answers, Answers(self._directory, self._secrets)
        now = self.answers
        self._trunks.renew(self._nodes, before, now)
        others = [number for number, hash_ in before.phones.items() if now.phones.get(number) != hash_]
        new = [number for number in now.phones if number in others or number not in before.phones]
        for node in self._nodes:
            for number in others:
                self._lines[node].command(rowcommands.forget_phone(number, before.domain), None)
                self._lines[node].command(rowcommands.unregister(number, before.domain), None)
            self._nodes[node] = gevent.spawn(self._know, node, new, self._nodes[node])

    def _know(self, node: str, numbers: Iterable[str], first: Any = None) -> None:
        if first is not None:
            first.join()
        for number in numbers:
            self._lines[node].command(rowcommands.know_phone(number, self.answers.domain), None)
            gevent.sleep(PACE_S)
