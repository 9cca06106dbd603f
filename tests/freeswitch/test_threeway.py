"""A conference of three through the real switch: who hears whom."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Directory
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Party
from tests.freeswitch.test_supervise import BOTH, hears
from tests.freeswitch.test_transfers import NUMBER, talking
from tests.freeswitch.until import until


@pytest.fixture
def layout() -> Directory:
    return centre(wrap_up_s=60)


def all_hear(*parties: Party) -> None:
    """Each of three hears the other two: two marks at once are nobody's own."""
    for party in parties:
        until(lambda party=party: party.media.heard() == {BOTH}, f"{party.media.mark} to hear the other two")


def test_of_a_caller_an_agent_and_a_colleague_found_again_by_the_next_daemon(desk: Centre) -> None:
    caller, call_id, alice, bob = talking(desk)
    desk.order(c.Consult, "alice", what="agent", to="bob")
    desk.fact(f.ConsultAnswered, call_id=call_id)
    desk.order(c.JoinAll, "alice")
    desk.fact(f.ConferenceStarted, call_id=call_id)
    all_hear(caller, alice.call, bob.call)
    desk.order(c.Mute, "alice")
    desk.fact(f.MuteStarted, call_id=call_id)
    hears(bob.call, caller.media.mark)
    hears(caller, bob.call.media.mark)
    desk.order(c.Unmute, "alice")
    all_hear(caller, alice.call, bob.call)
    desk.outside.do(caller.press, "42")
    until(lambda: alice.call.media.keys() == bob.call.media.keys() == "42", "keys to reach the others")

    desk.kill_daemon()
    all_hear(caller, alice.call, bob.call)
    desk.start_daemon()
    desk.until(lambda: len(desk.facts(f.WorldStated)) == 2)
    all_hear(caller, alice.call, bob.call)
    desk.outside.do(bob.call.hang_up)
    assert desk.fact(f.ConsultEnded, call_id=call_id).result == "left"
    desk.talks(caller, alice)
    assert not desk.facts(f.CallRepaired)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    until(lambda: alice.call.state == "ended", "Alice to be let go")


def test_out_of_the_talk_with_the_customer_heard_by_a_supervisor_and_left_by_the_agent(
    desk: Centre, carrier: Endpoint
) -> None:
    expert = carrier.subscriber(NUMBER)
    caller, call_id, alice, _bob = talking(desk)
    desk.order(c.Consult, "alice", what="number", to=NUMBER)
    desk.fact(f.ConsultAnswered, call_id=call_id)
    desk.order(c.SwapConsult, "alice")
    desk.fact(f.ConsultSwapped, call_id=call_id)
    desk.order(c.JoinAll, "alice")
    desk.fact(f.ConferenceStarted, call_id=call_id)
    all_hear(caller, alice.call, expert.call)
    desk.order(c.Watch, "alice", by="bob", mode="listen")
    desk.fact(f.WatchChanged, call_id=call_id, mode="listen")
    lead = desk.outside.phones["1002"].call
    until(lambda: lead.media.heard() and lead.media.heard() <= {BOTH}, "the supervisor to hear them")
    all_hear(caller, alice.call, expert.call)

    desk.outside.do(alice.call.hang_up)
    desk.fact(f.PartyJoined, call_id=call_id)
    hears(caller, expert.call.media.mark)
    hears(expert.call, caller.media.mark)
    assert desk.fact(f.TalkEnded, agent="alice").ended_by == "transfer"
    assert desk.fact(f.WatchEnded, call_id=call_id).result == "talk_over"
    desk.outside.do(caller.hang_up)
    until(lambda: expert.call.state == "ended", "the number to be let go")
    desk.ended(call_id)


def test_the_customer_leaves_and_no_daemon_is_there(desk: Centre) -> None:
    caller, call_id, alice, bob = talking(desk)
    desk.order(c.Consult, "alice", what="agent", to="bob")
    desk.fact(f.ConsultAnswered, call_id=call_id)
    desk.order(c.JoinAll, "alice")
    desk.fact(f.ConferenceStarted, call_id=call_id)
    desk.kill_daemon()
    desk.outside.do(caller.hang_up)
    until(lambda: alice.call.state == bob.call.state == "ended", "both to be let go by the switch")
    desk.start_daemon()
    desk.ended(call_id)
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    desk.until(lambda: [a for a in desk.facts(f.AgentStateChanged, agent="bob") if a.previous == "talking"])
