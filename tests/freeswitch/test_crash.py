"""kill -9 of the daemon with calls in every state: who talks goes on, who waits is taken up again."""

from collections import Counter

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.freeswitch.centre import Centre
from tests.freeswitch.hour import Hour
from tests.freeswitch.test_configuration import read_cdr
from tests.freeswitch.until import holds, until

MUSIC = {-1}


def test_kill_9_and_start_again(desk: Centre, hour: Hour) -> None:
    since = {state: desk.facts(f.QueueEntered, call_id=hour.id(state))[0].entered for state in ("ringing", "waiting")}
    desk.kill_daemon()
    half_built = hour.phones["carol"].call
    hour.phones["carol"].behave = "answer"
    alice = hour.phones["alice"]
    late = desk.outside.dial("4001", caller="15400009999")  # comes while nobody is there

    def undisturbed() -> bool:
        talk = hour.party("talking").media.heard() == {alice.call.media.mark}
        return talk and alice.call.media.heard() == {hour.party("talking").media.mark}

    holds(undisturbed, "Alice and her caller talk on", 2)
    for state in ("ringing", "waiting", "waiting too", "greeting"):
        until(lambda state=state: hour.party(state).media.heard() == MUSIC, f"music for the caller: {state}")
    until(lambda: late.state == "answered", "the switch to answer the late caller by itself")

    desk.start_daemon()
    holds(undisturbed, "Alice and her caller talk on after the restart", 2)
    for state in ("talking", "held", "ringing", "waiting", "waiting too", "greeting"):
        assert hour.party(state).state == "answered", state
        assert not desk.facts(f.CallEnded, call_id=hour.id(state)), state
    assert not desk.facts(f.TalkEnded, call_id=hour.id("talking"))
    until(lambda: half_built.state == "ended", "the half-built offer to be ended")
    late_id = desk.until(
        lambda: [a.call_id for a in desk.facts(f.CallArrived) if a.number == "15400009999"], 20
    )[0]

    # Everyone is served in the end, each once, those who waited before with the time they began to wait.
    served = {hour.id(state): hour.party(state) for state in ("ringing", "waiting", "waiting too", "greeting")}
    served[late_id] = late
    for _ in range(len(served)):
        talk = desk.until(lambda: next((t for t in desk.facts(f.TalkStarted) if t.call_id in served), None), 20)
        party = served.pop(talk.call_id)
        desk.talks(party, hour.phones[talk.agent])
        desk.outside.do(party.hang_up)
        desk.fact(f.CallEnded, call_id=talk.call_id)
        desk.order(c.FinishWrapUp, talk.agent)
    for state, entered in since.items():
        visits = desk.facts(f.QueueEntered, call_id=hour.id(state))
        assert {(visit.visit, visit.entered) for visit in visits} == {(visits[0].visit, entered)}, state

    desk.outside.do(hour.phones["bob"].call.hold, False)
    desk.talks(hour.party("held"), hour.phones["bob"])
    for state in ("talking", "held"):
        desk.outside.do(hour.party(state).hang_up)
        assert desk.ended(hour.id(state)).ended_by == "customer"

    ends = Counter(end.call_id for end in desk.facts(f.CallEnded))
    assert set(ends) == {arrived.call_id for arrived in desk.facts(f.CallArrived)}
    assert set(ends.values()) == {1}
    for call_id in ends:
        desk.record(call_id)


def test_calls_that_end_while_the_daemon_is_dead(desk: Centre, hour: Hour) -> None:
    desk.kill_daemon()
    desk.outside.do(hour.party("talking").hang_up)
    desk.outside.do(hour.phones["bob"].call.hang_up)  # she leaves; her caller is thanked by the dialplan
    desk.outside.do(hour.party("waiting").hang_up)
    gone = ("talking", "held", "waiting")
    for state in gone:
        until(lambda state=state: hour.party(state).state == "ended", f"the caller to be gone: {state}", 15)
        assert until(lambda state=state: read_cdr(desk.switch, hour.id(state)), f"the record: {state}")
    desk.start_daemon()
    for state in gone:
        end = desk.ended(hour.id(state))
        assert end.source == "inferred", state
    for state in ("ringing", "waiting too", "greeting"):
        assert not desk.facts(f.CallEnded, call_id=hour.id(state))
        assert hour.party(state).state == "answered"


def test_bridge_survives_a_death_in_its_first_moment(desk: Centre) -> None:
    """The switch flips socket_resume only a moment after the bridge; the daemon's own word must be there before."""
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    until(lambda: phone.in_state("answered"), "the phone to be picked up")
    until(lambda: phone.call.media.mark in caller.media.heard(), "the first sound of the talk")
    desk.kill_daemon()
    holds(lambda: caller.state == phone.call.state == "answered", "the talk goes on", 1)
    desk.talks(caller, phone)
