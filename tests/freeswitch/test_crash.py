"""kill -9 of the daemon with calls in every state: who talks goes on, who waits is taken up again."""

from switchctl.contract import facts as f
from tests.freeswitch.centre import Centre
from tests.freeswitch.hour import MUSIC, Hour, ends_well
from tests.freeswitch.test_configuration import read_cdr
from tests.freeswitch.until import holds, until


def test_kill_9_and_start_again(desk: Centre, hour: Hour) -> None:
    since = {state: desk.facts(f.QueueEntered, call_id=hour.id(state))[0].entered for state in ("ringing", "waiting")}
    desk.kill_daemon()
    half_built = hour.phones["carol"].call
    hour.phones["carol"].behave = "answer"
    alice = hour.phones["alice"]
    late = desk.outside.dial("4001", caller="15400009999")  # comes while nobody is there

    def undisturbed() -> bool:
        talk = hour.party("talking").media.alone(alice.call.media.mark)
        return talk and alice.call.media.alone(hour.party("talking").media.mark)

    until(undisturbed, "Alice and her caller to talk")
    holds(undisturbed, "Alice and her caller talk on", 2)
    for state in ("ringing", "waiting", "waiting too", "greeting"):
        until(lambda state=state: hour.party(state).media.heard() == MUSIC, f"music for the caller: {state}")
    until(lambda: late.state == "answered", "the switch to answer the late caller by itself")

    desk.start_daemon()
    holds(undisturbed, "Alice and her caller talk on after the restart", 2)
    until(lambda: half_built.state == "ended", "the half-built offer to be ended")
    ends_well(desk, hour, late, since)


def test_calls_that_end_while_the_daemon_is_dead(desk: Centre, hour: Hour) -> None:
    desk.kill_daemon()
    desk.outside.do(hour.party("talking").hang_up)
    desk.outside.do(hour.phones["bob"].call.hang_up)  # she leaves; her caller is thanked by the dialplan
    desk.outside.do(hour.party("waiting").hang_up)
    gone = ("talking", "held", "waiting")
    for state in gone:
        until(lambda state=state: hour.party(state).state == "ended", f"the caller to be gone: {state}")
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
