"""That each switch has the gateways of the directory in force, and no other.

A switch asks for them only when its profile starts or is told to: one that was there before us has none, or old ones.
What it has is named by a variable of its own (``cc_trunks``), so a daemon that comes back ends no registration where
nothing has changed. Else those that changed are thrown away, and asked for anew: calls over them go on.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import structlog

from switchctl.directory.answers import Answers
from switchctl.directory.gateways import digest, known
from switchctl.esl import commands, trunkcommands

MARK = "cc_trunks"
log = structlog.get_logger(__name__)


class Line(Protocol):
    """A switch's command link (``engine.fence.Guarded``)."""

    def command(self, data: bytes, done: Callable[[Any], None] | None) -> None: ...


class Trunkbook:
    """``again``: called with a switch that has just read its configuration anew."""

    def __init__(self, lines: Mapping[str, Line], again: Callable[[str], None]) -> None:
        self._lines = lines
        self._again = again

    def took_node(self, node: str, now: Answers) -> None:
        """Its link is up: whatever it has may be old."""
        mark = digest(now.gateways.values())

        def marked(answer: Any) -> None:
            if answer.text.strip() != mark:
                self._lines[node].command(trunkcommands.list_gateways(), lambda found: self._compare(node, found, now))

        self._lines[node].command(commands.global_get(MARK), marked)

    def renew(self, nodes: Iterable[str], before: Answers, now: Answers) -> None:
        """Others are in force."""
        mark = digest(now.gateways.values())
        if mark == digest(before.gateways.values()):
            return
        old, new = before.gateways, now.gateways
        gone = [name for name in old if name not in new or new[name].digest != old[name].digest]
        for node in nodes:
            self._settle(node, gone, mark)

    def _compare(self, node: str, found: Any, now: Answers) -> None:
        try:
            has = known(found.text)
        except ValueError:
            log.error("the switch does not list its gateways", node=node)
            return
        gone = [name for name in has if name not in now.foreign]
        if gone or now.gateways:
            self._settle(node, gone, digest(now.gateways.values()))

    def _settle(self, node: str, gone: Iterable[str], mark: str) -> None:
        line = self._lines[node]
        for name in gone:
            line.command(trunkcommands.forget_gateway(name), None)
        line.command(trunkcommands.ask_for_gateways(), None)
        line.command(trunkcommands.ask_for_networks(), None)
        line.command(commands.global_set(MARK, mark), None)
        self._again(node)
