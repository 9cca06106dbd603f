"""Two switches, one daemon: a call is served on the switch that it is on; one that is away does not stop the other."""

import pytest

from switchctl.contract import facts as f

from .stage import centre, one_end_each
from .switch import SECRET, SimulatedSwitch


@pytest.fixture
def second(stage, free_port):
    """Another switch of the same daemon, which is started again to know it."""
    folder = stage.folder / "second"
    folder.mkdir()
    lease = int(stage.environment["SWITCHCTL_LEASE"].rpartition(":")[2])
    made = SimulatedSwitch(folder, free_port(), lease, "--name", "node2", "--phones", "*=auto:0.02")
    made.start()
    stage.stop_daemon()
    stage.environment["FREESWITCH_NODES"] += f",node2=esl://:{SECRET}@127.0.0.1:{made.port}"
    stage.start_daemon()
    stage.fact(f.WorldStated, node="node2")
    yield made
    made.stop()


def test_each_call_is_served_where_it_is(stage, second):
    stage.ready("alice", "bob")
    for extension in ("1001", "1002"):
        stage.switch.sim(f"phone {extension} auto:0.02")
    here, there = stage.switch.call(), second.call()
    for call, node in ((here, "node1"), (there, "node2")):
        assert stage.fact(f.TalkStarted, call_id=call).node == node
    assert len(stage.switch.channels()) == len(second.channels()) == 2
    stage.switch.sim(f"hangup {here}")
    second.sim(f"hangup {there}")
    stage.until(lambda: one_end_each(stage.facts()) == {} and len(stage.facts(f.CallEnded)) == 2)


def test_a_switch_that_is_away_does_not_stop_the_other(stage, second):
    stage.publish_and_wait(centre(2))
    stage.ready("alice")
    stage.switch.stop()
    stage.fact(f.LinkChanged, node="node1", up=False)
    code, reasons = stage.health()
    assert code == 200
    assert any("node1" in reason for reason in reasons)
    call = second.call()
    assert stage.fact(f.TalkStarted, call_id=call).node == "node2"
