"""One switch for all tests of this folder, and phones and callers around it."""

import array
import math
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from switchctl.contract import directory as d
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.hour import Hour, busy_hour
from tests.freeswitch.switch import DOMAIN, Switch, binary

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = "no FreeSWITCH here: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.freeswitch)
            if binary() is None:
                item.add_marker(pytest.mark.skip(reason=why))


def _tone(path: Path, hertz: int, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    second = array.array("h", (round(6000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(8000)))
    samples = (second * math.ceil(seconds))[: round(seconds * 8000)]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(samples.tobytes())


def quick_sounds(folder: Path) -> None:
    """Tones in the place of the prompts: the same names, but short."""
    _tone(folder / "ivr" / "greeting.wav", 440, 1.0)
    _tone(folder / "ivr" / "sorry.wav", 330, 0.4)
    _tone(folder / "ivr" / "thanks.wav", 550, 0.4)
    _tone(folder / "ivr" / "not-allowed.wav", 500, 0.4)
    _tone(folder / "ivr" / "not-now.wav", 600, 0.4)
    _tone(folder / "ivr" / "marked.wav", 640, 0.4)
    _tone(folder / "ivr" / "room-pin.wav", 450, 0.4)
    _tone(folder / "ivr" / "room-wrong.wav", 460, 0.4)
    _tone(folder / "queue" / "wait.wav", 660, 0.4)
    _tone(folder / "moh" / "music.wav", 350, 60.0)


@contextmanager
def running_switch(folder: Path, **options: str) -> Iterator[Switch]:
    """A switch of its own in an empty folder, with quick sounds."""
    switch = Switch(folder, **options)
    switch.prepare()
    quick_sounds(switch.folder / "sounds")
    try:
        switch.start()
        yield switch
    finally:
        switch.throw_away()


@pytest.fixture(scope="session")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    with running_switch(tmp_path_factory.mktemp("switch")) as switch:
        yield switch


@pytest.fixture
def console(switch: Switch) -> Iterator[Console]:
    """Commands only; ends every call that a test left behind."""
    console = switch.console()
    yield console
    switch.end_calls()
    console.close()


@pytest.fixture
def ear(switch: Switch) -> Iterator[Console]:
    """Hears the events that the daemon hears."""
    ear = switch.console(listen=True)
    yield ear
    ear.close()


@pytest.fixture
def outside(switch: Switch) -> Iterator[Endpoint]:
    endpoint = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
    yield endpoint
    endpoint.close()


@pytest.fixture
def layout() -> d.Directory | None:
    """What the daemon of ``desk`` knows, where it is not the usual centre; for a file of tests to say."""
    return None


@pytest.fixture
def desk(
    switch: Switch, outside: Endpoint, tmp_path: Path, free_port: Callable[[], int], layout: d.Directory | None
) -> Iterator[Centre]:
    """A daemon at work on the real switch."""
    desk = Centre(tmp_path, free_port, switch, outside)
    try:
        desk.start(layout)
        yield desk
    finally:
        switch.end_calls()
        desk.end()


@pytest.fixture
def hour(desk: Centre) -> Hour:
    """Calls in every state."""
    return busy_hour(desk)


@pytest.fixture
def carrier(switch: Switch) -> Iterator[Endpoint]:
    """The other end of the gateway."""
    carrier = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN, port=switch.carrier_port)
    yield carrier
    carrier.close()
