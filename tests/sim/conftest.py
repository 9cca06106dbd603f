"""A switch for each module of tests, its controllers' ports, and a call that is already under control."""

from collections.abc import Callable, Iterator

import pytest

from switchctl.sim.harness import SimSwitch
from tests.sim.wires import Listener, Wire, connect

PHONES = "1001=auto:0.1,1002=page,1003=noanswer,1004=busy,1005=reject:0.1,1009=unregistered,*=auto:0.1"
SOUNDS = ["long=30", "while=2", "short=0.1", "gone=-1"]


@pytest.fixture(scope="module")
def primary() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def switch(primary: Listener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimSwitch]:
    cdr = tmp_path_factory.mktemp("cdr")
    with SimSwitch(
        lease=f"127.0.0.1:{primary.port}",
        dialplan="staged",
        phones=PHONES,
        prompt=SOUNDS,
        cdr=str(cdr),
        heartbeat=0.2,
    ) as sim:
        yield sim


@pytest.fixture
def wire(switch: SimSwitch) -> Iterator[Wire]:
    """An inbound connection that listens to everything, in JSON."""
    found = connect(switch.port, switch.secret)
    found.ask("event json ALL")
    yield found
    found.close()


Controlled = Callable[[], tuple[str, Wire]]


@pytest.fixture
def controlled(switch: SimSwitch, primary: Listener, wire: Wire) -> Iterator[Controlled]:
    """Make a call that the controller has taken and answered: its uuid and its outbound connection."""
    made: list[str] = []

    def make() -> tuple[str, Wire]:
        number = len(primary.wires) + 1
        uuid = switch.call("15400000001", "4001", "Wang Fang")
        made.append(uuid)
        lease = primary.take(number)
        lease.ask("connect")
        lease.ask("linger 5")
        run(wire, uuid, "answer")
        wire.wait("CHANNEL_ANSWER", uuid)
        return uuid, lease

    yield make
    for uuid in made:
        switch.api(f"uuid_setvar {uuid} transfer_after_bridge")
        switch.api(f"uuid_kill {uuid}")


def run(wire: Wire, uuid: str, app: str, data: str = "", locked: bool = False, mark: str = "") -> None:
    """A sendmsg execute on that channel."""
    text = f"sendmsg {uuid}\ncall-command: execute\nexecute-app-name: {app}"
    text += f"\nexecute-app-arg: {data}" if data else ""
    text += "\nevent-lock: true" if locked else ""
    text += f"\nEvent-UUID: {mark}" if mark else ""
    head, _ = wire.ask(text)
    assert head["Reply-Text"] == "+OK"
