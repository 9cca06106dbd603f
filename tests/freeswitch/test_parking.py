"""Parked customers on the real switch: who hears whom, and a daemon that dies meanwhile."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Directory
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.test_transfers import MUSIC, NUMBER, talking
from tests.freeswitch.until import until


@pytest.fixture
def layout() -> Directory:
    return centre(wrap_up_s=60)


def test_parked_by_one_kept_over_the_daemons_death_and_retrieved_by_another(desk: Centre) -> None:
    caller, call_id, alice, bob = talking(desk)
    desk.order(c.Park, "alice")
    slot = desk.fact(f.CallParked, call_id=call_id).slot
    assert desk.fact(f.TalkEnded, call_id=call_id).ended_by == "transfer"
    until(lambda: alice.call.state == "ended", "Alice to be let go")
    until(lambda: caller.media.alone(*MUSIC), "music for the caller")
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    desk.order(c.Pause, "bob", reason="tea")  # or the switch's own queue might ring him meanwhile
    desk.fact(f.AgentStateChanged, agent="bob", state="paused", reason="tea")
    desk.kill_daemon()
    desk.start_daemon()
    desk.until(lambda: taken(desk, desk.order(c.Retrieve, "bob", slot=slot)))
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=call_id)) == 2)
    desk.talks(caller, bob)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    desk.until(lambda: desk.facts(f.AgentStateChanged, agent="bob", state="wrapup", reason="tea"))


def taken(desk: Centre, order: str) -> bool:
    """Whether somebody's phone is rung for it; not as long as the new daemon has her not in its hands."""
    answer = desk.until(
        lambda: desk.facts(f.CallRetrieved, command_id=order) or desk.facts(f.CommandRefused, command_id=order)
    )
    return isinstance(answer[0], f.CallRetrieved)


def test_a_dialled_customer_is_parked_and_taken_back_by_who_did_it(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER)
    (alice,) = desk.at_work("alice")
    desk.fact(f.WorldStated)
    call_id = desk.order(c.Dial, "alice", number=NUMBER)
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.order(c.Park, "alice")
    slot = desk.fact(f.CallParked, call_id=call_id).slot
    until(lambda: customer.call.media.heard() == MUSIC, "music for the customer")
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    desk.order(c.Retrieve, "alice", slot=slot)
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=call_id)) == 2)
    until(lambda: customer.call.media.heard() == {alice.call.media.mark}, "the customer to hear her alone")
    until(lambda: alice.call.media.heard() == {customer.call.media.mark}, "her to hear the customer alone")
    desk.outside.do(alice.call.hang_up)
    assert desk.ended(call_id).ended_by == "agent"
    until(lambda: customer.call.state == "ended", "the customer to be let go")
