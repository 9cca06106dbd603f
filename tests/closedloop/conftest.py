"""A daemon, a simulated switch, and a wire-tap on every connection between them."""

import msgspec
import pytest

from switchctl.contract.directory import Directory, Route
from tests.closedloop.compare import Event, events_of
from tests.closedloop.exchange import strange_answers
from tests.closedloop.paired import PairedStage
from tests.closedloop.stories.never import NEVER_OURS
from tests.closedloop.tap import Tap
from tests.daemon.stage import centre
from tests.daemon.switch import SECRET
from tests.sim.wires import Wire, connect


def directory(version: int = 1) -> Directory:
    """One miss pauses an agent, who is rung for two seconds. 4001 greets, 4003 for long, 4004 does not, 4005's greeting
    is missing, 4009 leads nowhere."""
    routes = (
        Route(number="4003", queue="support", greeting="ivr/long.wav"),
        Route(number="4004", queue="support", greeting=""),
        Route(number="4005", queue="support", greeting="ivr/nosuch.wav"),
    )
    plain = centre(version, max_misses=1, ring_s=2)
    return msgspec.structs.replace(plain, routes=(*plain.routes, *routes))


class TappedStage(PairedStage):
    """A stage whose wires are listened to; `watch` adds an onlooker."""

    def __init__(self, folder, free_port, dialplan: str) -> None:
        super().__init__(folder, free_port, "--prompt", "nosuch=-1", "--prompt", "long=60", "--dialplan", dialplan)
        self.directory = directory()
        self.tap = Tap()
        self._point("FREESWITCH_NODES", self.switch.port, self.tap.listen("inbound", self.switch.port))
        self._watch = self.tap.listen("watch", self.switch.port)
        self.lost = 0
        """Channels that ended without a word."""

    def watch(self, events: str) -> Wire:
        """An onlooker who asked for these events (`json ALL`)."""
        wire = connect(self._watch, SECRET)
        head, _ = wire.ask(f"event {events}")
        assert head["Reply-Text"].startswith("+OK")
        return wire

    def seen(self) -> list[Event]:
        """All that onlookers were told, those of a switch before those of the switch that was started after it."""
        conns = sorted({row.conn for row in self.tap.rows if row.conn.startswith("watch")})
        return [event for conn in conns for event in events_of(self.tap.rows, conn)]

    def told(self, name: str) -> int:
        """How often the onlooker was told this; the name stands at the very front of an event."""
        told = [row.raw[:160] for row in self.tap.rows if row.conn.startswith("watch") and row.dir == "<"]
        return sum(name.encode() in front for front in told)

    def end(self) -> None:
        super().end()
        self.tap.close()


@pytest.fixture
def stage(tmp_path, free_port, request):
    """A centre at work; the parameter is the dialplan, ours if none is given.

    In the end all that was said on its wires is as it should be.
    """
    made = TappedStage(tmp_path, free_port, getattr(request, "param", "staged"))
    try:
        made.start(made.directory)
        yield made
    finally:
        made.end()
    wire = [row for row in made.tap.rows if not row.conn.startswith("watch")]
    assert not strange_answers(wire)
    assert not {trace: found for trace, never in NEVER_OURS.items() if (found := never.law(wire))}
