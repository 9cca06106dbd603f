"""A call that rings at a colleague's phone is picked up, on the real switch (recording 29c)."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Directory
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.until import until


@pytest.fixture
def layout() -> Directory:
    return centre(wrap_up_s=60)


def test_who_picks_it_up_has_it_and_the_colleague_goes_on_taking_calls(desk: Centre) -> None:
    (alice,) = desk.at_work("alice", behave="ring")
    caller, call_id = desk.queued()
    desk.fact(f.OfferMade, call_id=call_id, agent="alice")
    until(lambda: alice.in_state("ringing"), "Alice's phone to ring")
    (bob,) = desk.at_work("bob")
    desk.order(c.PickUpCall, "bob", of="alice")
    desk.fact(f.CallPickedUp, call_id=call_id)
    ended = desk.fact(f.OfferEnded, call_id=call_id, agent="alice")
    assert (ended.result, ended.cause, ended.misses) == ("cancelled", "PICKED_OFF", 0)
    until(lambda: alice.call.state == "ended", "Alice's phone to stop")
    desk.talks(caller, bob)
    desk.until(lambda: desk.facts(f.AgentStateChanged, agent="alice", state="ready", previous="offered"))
    desk.outside.do(bob.call.hang_up)
    assert desk.ended(call_id).ended_by == "agent"
    assert not desk.facts(f.CallRepaired)
