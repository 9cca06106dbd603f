"""Two real switches under one daemon: a phone of the one takes a call of the other; one is emptied; one is killed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.daemon.stage import AGENTS, centre
from tests.freeswitch.agents import password
from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import running_switch
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.switch import DOMAIN, Switch
from tests.freeswitch.test_configuration import read_cdr
from tests.freeswitch.until import holds, until

MUSIC = {-1}


@pytest.fixture(scope="module")
def second(switch: Switch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    """Another switch with the same configuration, whose calls go to the same daemon."""
    with running_switch(tmp_path_factory.mktemp("second"), lease=switch.lease, standby=switch.standby) as made:
        yield made


@pytest.fixture
def away(second: Switch) -> Iterator[Endpoint]:
    """Phones and callers of the second switch."""
    endpoint = Endpoint(second.phones_port, second.trunk_port, DOMAIN)
    yield endpoint
    endpoint.close()


@pytest.fixture
def desk(
    switch: Switch, second: Switch, outside: Endpoint, away: Endpoint, tmp_path: Path, free_port: Callable[[], int]
) -> Iterator[Centre]:
    """A daemon at work on both switches, node1 and node2."""
    desk = Centre(tmp_path, free_port, switch, outside)
    desk.environment["FREESWITCH_NODES"] = ",".join(
        f"{name}=esl://:{each.secret}@127.0.0.1:{each.esl_port}?sip=127.0.0.1:{each.siblings_port}"
        for name, each in (("node1", switch), ("node2", second))
    )
    desk.environment["SWITCHCTL_GONE_S"] = "5"
    try:
        desk.start()
        for node in ("node1", "node2"):
            desk.fact(f.WorldStated, node=node)
        yield desk
    finally:
        for each in (switch, second):
            console = each.console()
            console.api("fsctl resume inbound")
            console.api("hupall NORMAL_CLEARING")
            console.close()
        desk.end()


def away_at_work(desk: Centre, away: Endpoint, agent: str, behave: str = "answer") -> Phone:
    """This agent's phone registers at the second switch, and she takes calls."""
    phone = away.register(AGENTS[agent], password(AGENTS[agent]))
    phone.behave = behave
    desk.fact(f.DeviceChanged, extension=AGENTS[agent], node="node2", registered=True)
    desk.ready(agent)
    return phone


def test_agent_of_another_switch_takes_the_call(desk: Centre, away: Endpoint, second: Switch) -> None:
    phone = away_at_work(desk, away, "alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    made = desk.facts(f.OfferMade, call_id=call_id)[0]
    assert (made.node, made.via) == ("node1", "node2")

    away.do(phone.call.hold, True)
    desk.fact(f.HoldStarted, call_id=call_id)
    until(lambda: caller.media.heard() == MUSIC, "hold music for the caller")
    away.do(phone.call.hold, False)
    desk.fact(f.HoldEnded, call_id=call_id)
    desk.talks(caller, phone)
    desk.order(c.Hold, "alice")
    until(lambda: len(desk.facts(f.HoldStarted, call_id=call_id)) == 2, "the hold of the page")
    until(lambda: caller.media.heard() == MUSIC, "hold music for the caller")
    desk.order(c.Resume, "alice")
    until(lambda: len(desk.facts(f.HoldEnded, call_id=call_id)) == 2, "its end")
    desk.talks(caller, phone)
    holds(lambda: not desk.facts(f.CallRepaired), "nothing strange for the listings", 6)

    hung_up = time.monotonic()
    away.do(phone.call.hang_up)
    until(lambda: caller.media.frames(-1, hung_up) > 5, "the farewell")
    assert desk.ended(call_id).ended_by == "agent"
    assert desk.facts(f.TalkEnded, call_id=call_id)[0].ended_by == "agent"
    assert len(desk.facts(f.CallArrived)) == 1
    record = until(lambda: _record(second, made.via_leg), "the record of the leg to her phone")
    assert (record["cc_relay"], record["cc_call_id"]) == (made.offer, call_id)


def _record(switch: Switch, uuid: str) -> dict[str, str] | None:
    record = read_cdr(switch, uuid)
    return record["variables"] if record else None


def test_page_answers_a_phone_of_another_switch_and_the_caller_hangs_up(desk: Centre, away: Endpoint) -> None:
    phone = away_at_work(desk, away, "alice", behave="ring")
    caller, call_id = desk.queued()
    until(lambda: phone.in_state("ringing"), "the phone to ring")
    desk.order(c.Answer, "alice")
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    until(lambda: phone.in_state("ended"), "the agent's phone to be let go")


def test_ways_of_not_taking_it_are_told_apart(desk: Centre, away: Endpoint) -> None:
    desk.publish_and_wait(centre(2, ring_s=2))
    away_at_work(desk, away, "alice", behave="busy reject ring")
    _, call_id = desk.queued()
    assert desk.fact(f.OfferEnded, call_id=call_id, result="busy_device").cause == "USER_BUSY"
    assert desk.fact(f.OfferEnded, call_id=call_id, result="rejected").cause == "CALL_REJECTED"
    assert desk.fact(f.OfferEnded, call_id=call_id, result="rna").cause == "NO_ANSWER"
    desk.fact(f.AgentStateChanged, agent="alice", state="paused", reason="missed-calls")


def test_a_phone_that_the_other_switch_has_lost_is_unregistered(desk: Centre, away: Endpoint, second: Switch) -> None:
    away_at_work(desk, away, "alice")
    console = second.console()
    console.api(f"sofia profile internal flush_inbound_reg 1001@{DOMAIN}")
    console.close()
    caller, call_id = desk.queued()
    offer = desk.fact(f.OfferEnded, call_id=call_id)
    assert offer.result == "unregistered"
    desk.fact(f.AgentStateChanged, agent="alice", state="unreachable")
    phone = desk.outside.register("1001", password("1001"))
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)


def takes_callers(second: Switch, whether: bool) -> None:
    """Wait until the switch has carried out what the daemon told."""
    console = second.console()
    paused = "false" if whether else "true"
    until(lambda: console.api("fsctl pause_check inbound") == paused, "the switch to take callers or refuse them")
    console.close()


def test_drain_and_return(desk: Centre, away: Endpoint, second: Switch) -> None:
    phone = away_at_work(desk, away, "alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.order(c.DrainNode, "", node="node2")
    desk.fact(f.NodeStateChanged, node="node2", state="draining")
    takes_callers(second, False)
    refused = away.dial("4001")
    until(lambda: refused.state == "ended", "a new caller to be refused there")
    assert refused.status == 503, "so that the carrier tries another switch"
    desk.talks(caller, phone)  # what is up goes on
    away.do(phone.call.hang_up)
    desk.ended(call_id)
    assert desk.fact(f.NodeStateChanged, node="node2", state="drained").reason == "empty"

    desk.order(c.ReturnNode, "", node="node2")
    desk.fact(f.NodeStateChanged, node="node2", state="serving")
    takes_callers(second, True)
    welcome = away.dial("4001")
    until(lambda: welcome.state == "answered", "a caller to be taken there again")


def test_kill_9_of_the_switch_that_her_phone_is_on(desk: Centre, away: Endpoint, second: Switch) -> None:
    """She talks over it; it does not come back in time: her caller goes on with somebody else."""
    phone = away_at_work(desk, away, "alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    there, lost = away.dial("4001"), {fact.call_id for fact in desk.facts(f.CallArrived)}
    theirs = desk.until(lambda: [fact for fact in desk.facts(f.CallArrived) if fact.call_id not in lost])[0].call_id
    desk.fact(f.QueueEntered, call_id=theirs)
    (other,) = desk.at_work("bob")  # the caller who waits on the second switch is offered to Bob's phone on the first
    desk.fact(f.TalkStarted, call_id=theirs, agent="bob")
    desk.talks(there, other)

    second.crash()
    try:
        desk.fact(f.LinkChanged, node="node2", up=False)
        end = desk.ended(theirs)
        assert (end.cause, end.source) == ("lost", "inferred")
        until(lambda: desk.state("alice") in ("wrapup", "unreachable", "ready"), "Alice to be free")
        until(lambda: len(desk.facts(f.TalkStarted, call_id=call_id)) == 2, "the caller to talk again", 60)
        assert desk.facts(f.TalkStarted, call_id=call_id)[1].agent == "bob"
        until(lambda: other.in_state("answered"), "Bob's phone")
        desk.talks(caller, other)
    finally:
        away.phones.clear()  # nobody is there to unregister with
        second.start()
    desk.fact(f.LinkChanged, node="node2", up=True)
    desk.outside.do(caller.hang_up)
    desk.ended(call_id)
