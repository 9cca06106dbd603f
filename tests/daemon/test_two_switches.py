"""Two switches, one daemon: a phone of either takes a call; one is emptied; one dies."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f

from .stage import Stage, centre, one_end_each
from .switch import SECRET, SimulatedSwitch


@pytest.fixture
def stage(tmp_path, free_port):
    """Not at work yet: its daemon starts when both switches are there."""
    made = Stage(tmp_path, free_port)
    yield made
    made.end()


@pytest.fixture
def second(stage, free_port):
    """Both switches and their daemon at work; this is the other switch, where Bob's phone is."""
    folder = stage.folder / "second"
    folder.mkdir()
    lease = int(stage.environment["SWITCHCTL_LEASE"].rpartition(":")[2])
    ports = {"node1": free_port(), "node2": free_port()}
    phones = {"node1": "1002=unregistered,*=auto:0.05", "node2": "1002=auto:0.05,*=unregistered"}
    here, there = (
        SimulatedSwitch(
            where, free_port(), lease, "--name", name, "--phones", phones[name],
            "--siblings", f"127.0.0.1:{ports[name]}",
        )
        for name, where in (("node1", stage.folder), ("node2", folder))
    )  # fmt: skip
    stage.switch = here
    stage.environment["FREESWITCH_NODES"] = ",".join(
        f"{name}=esl://:{SECRET}@127.0.0.1:{made.port}?sip=127.0.0.1:{ports[name]}"
        for name, made in (("node1", here), ("node2", there))
    )
    stage.environment["SWITCHCTL_GONE_S"] = "3"
    try:
        there.start()
        stage.start()
        for name in ports:
            stage.fact(f.WorldStated, node=name)
        stage.fact(f.DeviceChanged, extension="1002", node="node2", registered=True)
        stage.fact(f.DeviceChanged, extension="1001", node="node1", registered=True)
        yield there
    finally:
        there.stop()


def test_each_call_is_served_where_it_is(stage, second):
    stage.ready("alice")
    here = stage.switch.call()
    assert stage.fact(f.TalkStarted, call_id=here).node == "node1"
    assert not second.channels()
    stage.ready("bob")
    there = second.call()
    assert stage.fact(f.TalkStarted, call_id=there).node == "node2"
    assert len(stage.switch.channels()) == len(second.channels()) == 2
    stage.switch.sim(f"hangup {here}")
    second.sim(f"hangup {there}")
    stage.until(lambda: one_end_each(stage.facts()) == {} and len(stage.facts(f.CallEnded)) == 2)


def crossed(stage, second) -> tuple[str, str]:
    """A caller on the first switch talks to Bob, whose phone is at the second; her id and the leg to his phone."""
    stage.ready("bob")
    call = stage.switch.call()
    stage.fact(f.TalkStarted, call_id=call, agent="bob")
    made = stage.fact(f.OfferMade, call_id=call)
    assert (made.node, made.via) == ("node1", "node2")
    assert made.via_leg in second.channels()
    return call, made.via_leg


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_a_phone_of_another_switch_takes_the_call_and_either_hangs_up(stage, second, who):
    call, leg = crossed(stage, second)
    second.sim(f"hold {leg}")
    stage.fact(f.HoldStarted, call_id=call)
    second.sim(f"unhold {leg}")
    stage.fact(f.HoldEnded, call_id=call)
    if who == "customer":
        stage.switch.sim(f"hangup {call}")
    else:
        second.sim(f"hangup {leg}")
    end = stage.fact(f.CallEnded, call_id=call)
    assert (end.ended_by, end.source) == (who, "esl")
    assert stage.fact(f.TalkEnded, call_id=call).ended_by == who
    stage.until(lambda: not stage.switch.channels() and not second.channels())
    assert len(stage.facts(f.CallArrived)) == 1 and not stage.facts(f.CallRepaired)


@pytest.mark.parametrize(
    ("manner", "result"),
    [("noanswer", "rna"), ("busy", "busy_device"), ("reject:0.05", "rejected"), ("unregistered", "unregistered")],
)
def test_ways_of_not_taking_it_are_told_apart(stage, second, manner, result):
    stage.publish_and_wait(centre(2, ring_s=1, max_misses=1))
    stage.ready("bob")
    if manner == "unregistered":
        second.sim("drop 1")  # its event is lost
    second.sim(f"phone 1002 {manner}")
    if manner == "unregistered":
        second.sim("clear")
    call = stage.switch.call()
    assert stage.fact(f.OfferEnded, call_id=call).result == result
    assert stage.fact(f.OfferMade, call_id=call).via == "node2"


def test_the_page_answers_a_phone_of_another_switch(stage, second):
    second.sim("phone 1002 page")
    stage.ready("bob")
    call = stage.switch.call()
    made = stage.fact(f.OfferMade, call_id=call)
    stage.until(lambda: made.via_leg in second.channels())
    stage.order(c.Answer, "bob")
    stage.fact(f.TalkStarted, call_id=call)


def test_a_phone_moves_to_another_switch(stage, second):
    stage.ready("bob")
    stage.switch.sim("phone 1002 auto:0.05")
    stage.fact(f.DeviceChanged, extension="1002", node="node1")
    call = stage.switch.call()
    assert stage.fact(f.TalkStarted, call_id=call).agent == "bob"
    assert stage.fact(f.OfferMade, call_id=call).via == ""


def test_drain_and_return(stage, second):
    call, leg = crossed(stage, second)
    stage.order(c.DrainNode, "", node="node2")
    stage.fact(f.NodeStateChanged, node="node2", state="draining")
    stage.until(lambda: second.api("fsctl pause_check inbound") == "true")
    assert second.api("sim call 15412345678 4001").startswith("-ERR 503")
    stage.kill_daemon()
    stage.start_daemon()  # who restarts the daemon does not end the drain
    stage.until(lambda: len(stage.facts(f.WorldStated, node="node2")) == 2)
    assert leg in second.channels(), "what is up goes on"
    second.sim(f"hangup {leg}")
    stage.fact(f.CallEnded, call_id=call)
    assert stage.fact(f.NodeStateChanged, node="node2", state="drained").reason == "empty"

    waiting = stage.switch.call()  # Bob is reached by no call of another switch
    stage.fact(f.AgentStateChanged, agent="bob", state="ready")
    stage.fact(f.QueueEntered, call_id=waiting)
    assert not stage.facts(f.OfferMade, call_id=waiting)
    stage.order(c.ReturnNode, "", node="node2")
    assert stage.fact(f.TalkStarted, call_id=waiting).agent == "bob"
    stage.until(lambda: second.api("fsctl pause_check inbound") == "false")


def test_a_drained_switch_stays_so_when_it_is_started_again(stage, second):
    stage.order(c.DrainNode, "", node="node2")
    stage.fact(f.NodeStateChanged, node="node2", state="drained")
    second.stop()
    stage.fact(f.LinkChanged, node="node2", up=False)
    second.start()  # it knows nothing of a pause
    stage.until(lambda: second.api("fsctl pause_check inbound") == "true")


def test_the_switch_of_his_phone_dies_and_the_caller_goes_on_with_another(stage, second):
    call, _ = crossed(stage, second)
    lost = second.call()
    stage.fact(f.QueueEntered, call_id=lost)
    second.stop()  # kill -9
    stage.fact(f.LinkChanged, node="node2", up=False)
    stage.fact(f.CallEnded, call_id=lost, cause="lost", source="inferred")
    assert stage.fact(f.QueueLeft, call_id=lost).exit == "system_failure"
    stage.ready("alice")
    stage.fact(f.TalkStarted, call_id=call, agent="alice")
    assert stage.state("bob") in ("wrapup", "ready", "unreachable")
    code, reasons = stage.health()
    assert code == 200
    assert any("node2" in reason for reason in reasons)


def test_a_phone_that_registers_elsewhere_frees_its_agent(stage, second):
    stage.environment["SWITCHCTL_GONE_S"] = "60"
    stage.stop_daemon()
    stage.start_daemon()
    call, _ = crossed(stage, second)
    second.stop()
    stage.fact(f.LinkChanged, node="node2", up=False)
    stage.switch.sim("phone 1002 auto:0.05")
    stage.until(lambda: stage.state("bob") in ("wrapup", "ready"))
    stage.until(lambda: len(stage.facts(f.TalkStarted, call_id=call)) == 2)  # the same caller, here
