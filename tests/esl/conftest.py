"""What the tests of links share."""

from collections.abc import Callable, Iterator

import gevent
import pytest

from switchctl.esl.link import Link, Times
from tests.esl.peer import SECRET, Line, Peer

FAST = Times(connect_s=0.3, reply_s=0.3, silence_s=0.3)
"""For what is given up. All else has PATIENT ones: a busy machine is not to be taken for a silent peer."""
PATIENT = Times(connect_s=20, reply_s=20, silence_s=20)


@pytest.fixture(autouse=True)
def limit(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that hangs fails: hanging is what most of them are about."""
    with gevent.Timeout(30):
        yield


@pytest.fixture
def peer() -> Iterator[Callable[[Callable[[Line], None]], Peer]]:
    """Call it with a script for a switch that follows it."""
    made: list[Peer] = []

    def make(script: Callable[[Line], None]) -> Peer:
        made.append(Peer(script))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def link(peer: Callable[[Callable[[Line], None]], Peer]) -> Iterator[Callable[..., Link]]:
    """Call it with a script for a link to such a switch, not yet connected."""
    made: list[Link] = []

    def make(script: Callable[[Line], None], **options: object) -> Link:
        options.setdefault("times", PATIENT)
        switch = peer(script)
        one = Link("127.0.0.1", switch.port, SECRET, **options)  # type: ignore[arg-type]
        switch.is_up = lambda: one._was_up
        made.append(one)
        return one

    yield make
    for one in made:
        one.stop()
