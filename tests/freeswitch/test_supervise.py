"""A supervisor in a talk on the real switch: who hears whom, by the marks in the sound."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.freeswitch.agents import password
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Party, Phone
from tests.freeswitch.test_dial import NUMBER, dials
from tests.freeswitch.until import until

BOTH = 0
"""What two marks at once sound like: nobody's own."""


def hears(who: Party, mark: int) -> None:
    until(lambda: who.media.heard() == {mark}, f"{who.media.mark} to hear {mark} alone")


def register(desk: Centre, extension: str) -> Phone:
    phone = desk.outside.register(extension, password(extension))
    until(lambda: phone.registered, f"phone {extension} to be registered")
    phone.behave = "answer"
    return phone


def a_talk(desk: Centre) -> tuple[Party, str, Party, Phone]:
    """Alice talks; Bob, who is not at work as an agent, has a phone."""
    (alice,), bob = desk.at_work("alice"), register(desk, "1002")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, alice)
    return caller, call_id, alice.call, bob


def listens(desk: Centre, bob: Phone, call_id: str, mode: str = "listen") -> Party:
    desk.order(c.Watch, "alice", by="bob", mode=mode)
    desk.fact(f.WatchChanged, call_id=call_id, mode=mode)
    hears(bob.call, BOTH)
    return bob.call


def test_listen_whisper_barge_by_page_and_by_her_own_keys(desk: Centre) -> None:
    caller, call_id, agent, bob = a_talk(desk)
    lead = listens(desk, bob, call_id)
    hears(agent, caller.media.mark)
    hears(caller, agent.media.mark)
    desk.order(c.Watch, "alice", by="bob", mode="whisper")
    hears(agent, BOTH)
    hears(caller, agent.media.mark)
    desk.order(c.Watch, "alice", by="bob", mode="barge")
    hears(caller, BOTH)
    hears(agent, BOTH)
    desk.outside.do(lead.press, "1")
    desk.fact(f.WatchChanged, call_id=call_id, mode="customer")
    hears(agent, caller.media.mark)
    hears(caller, BOTH)
    desk.order(c.Watch, "alice", by="bob", mode="listen")
    hears(caller, agent.media.mark)
    assert [fact.mode for fact in desk.facts(f.WatchChanged)] == ["listen", "whisper", "barge", "customer", "listen"]
    assert caller.media.keys() == agent.media.keys() == ""
    desk.order(c.EndWatch, "alice", by="bob")
    until(lambda: lead.state == "ended", "her phone to be let go")
    assert desk.fact(f.WatchEnded, call_id=call_id).result == "left"
    assert not desk.facts(f.KeysPressed, call_id=call_id)

    desk.order(c.SignOut, "alice", by="bob", force=True)
    assert desk.ended(call_id).ended_by == "supervisor"
    assert desk.fact(f.AgentStateChanged, agent="alice", state="offline").source == "supervisor"


def test_a_call_is_taken_over_by_who_listens(desk: Centre) -> None:
    caller, call_id, agent, bob = a_talk(desk)
    lead = listens(desk, bob, call_id)
    desk.order(c.TakeOver, "alice", by="bob")
    desk.fact(f.TalkStarted, call_id=call_id, agent="bob")
    until(lambda: agent.state == "ended", "the agent to be let go")
    hears(caller, lead.media.mark)
    hears(lead, caller.media.mark)
    assert desk.fact(f.TalkEnded, agent="alice").ended_by == "supervisor"
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    desk.order(c.HangUp, "bob", by="bob")
    assert desk.ended(call_id).ended_by == "agent"
    until(lambda: caller.state == lead.state == "ended", "both phones to be told")
    desk.fact(f.AgentStateChanged, agent="bob", state="offline", previous="wrapup")


def test_a_dialled_call_is_taken_over_by_who_did_not_listen(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER)
    (alice,), bob = desk.at_work("alice"), register(desk, "1002")
    call = dials(desk, "alice")
    desk.fact(f.TalkStarted, call_id=call)
    desk.order(c.TakeOver, "alice", by="bob")
    desk.fact(f.TalkStarted, call_id=call, agent="bob")
    until(lambda: alice.call.state == "ended", "the agent to be let go")
    hears(customer.call, bob.call.media.mark)
    hears(bob.call, customer.call.media.mark)
    desk.outside.do(bob.call.hang_up)
    assert desk.ended(call).ended_by == "agent"
    until(lambda: customer.call.state == "ended", "the customer to be told")


def test_a_caller_who_rings_at_her_is_sent_to_a_number_and_no_miss_counted(desk: Centre, carrier: Endpoint) -> None:
    expert = carrier.subscriber(NUMBER)
    (alice,) = desk.at_work("alice")
    alice.behave = "ring"
    caller, call_id = desk.queued()
    until(lambda: alice.in_state("ringing"), "her phone to ring")
    desk.order(c.Redirect, "alice", by="bob", what="number", to=NUMBER)
    desk.fact(f.PartyJoined, call_id=call_id)
    assert (desk.fact(f.CallTransferred, call_id=call_id).how, alice.call.state) == ("redirected", "ended")
    hears(caller, expert.call.media.mark)
    hears(expert.call, caller.media.mark)
    offer = desk.fact(f.OfferEnded, call_id=call_id, agent="alice")
    assert (offer.result, offer.misses) == ("cancelled", 0)
    desk.fact(f.AgentStateChanged, agent="alice", state="ready", previous="offered")
    desk.outside.do(expert.call.hang_up)
    desk.ended(call_id)
    until(lambda: caller.state == "ended", "the caller to be told")
    assert not desk.facts(f.CallRepaired)


def test_the_daemon_dies_and_finds_her_in_the_talk(desk: Centre) -> None:
    caller, call_id, agent, bob = a_talk(desk)
    lead = listens(desk, bob, call_id, "whisper")
    hears(agent, BOTH)
    desk.daemon.kill()
    desk.daemon.wait()
    desk.start_daemon()
    desk.order(c.Watch, "alice", by="bob", mode="barge")
    desk.fact(f.WatchChanged, call_id=call_id, mode="barge")
    hears(caller, BOTH)
    desk.outside.do(caller.hang_up)
    until(lambda: lead.state == agent.state == "ended", "the talk to be over for all")
    assert desk.fact(f.WatchEnded, call_id=call_id).result == "talk_over"
    assert desk.ended(call_id).ended_by == "customer"
    assert not desk.facts(f.CallRepaired)
