"""The fail-safe queue of the real switch: kept in step while the daemon lives, taken back when it returns."""

import time

import msgspec

from switchctl.contract import directory as d
from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.until import holds, until

QUEUE = "failsafe@default"


def statuses(console: Console) -> dict[str, str]:
    """Agent's number → status, of those who serve the fail-safe queue."""
    serve = {line.split("|")[1] for line in console.api("callcenter_config tier list").splitlines() if QUEUE in line}
    rows = [line.split("|") for line in console.api("callcenter_config agent list").splitlines()]
    return {row[0]: row[5] for row in rows if row[0] in serve}


def test_callers_reach_the_ready_agents_while_no_daemon_lives(desk: Centre, console: Console) -> None:
    alice, bob = desk.at_work("alice", "bob")
    first, first_id = desk.queued()
    desk.talks(first, alice)
    bob.behave = "reject"  # until the daemon is gone
    want = {"1001@default": "On Break", "1002@default": "Available"} | {
        f"{extension}@default": "Logged Out" for extension in ("1003", "1004")
    }
    until(lambda: statuses(console) == want, f"the switch to know who is ready: {want}")

    desk.kill_daemon()
    bob.behave = "answer"
    served = desk.outside.dial("4001", caller="15400002222")
    until(lambda: bob.in_state("answered"), "the fail-safe queue to ring Bob")
    desk.talks(served, bob)
    waits = desk.outside.dial("4001", caller="15400003333")
    until(lambda: waits.state == "answered", "the fail-safe queue to take the next caller")
    holds(lambda: waits.state == "answered" and alice.call.state == "answered", "Alice is offered nothing", 2)
    desk.talks(first, alice)

    desk.start_daemon()
    talk = desk.fact(f.TalkStarted, agent="bob")
    assert desk.fact(f.CallArrived, call_id=talk.call_id).number == "15400002222", "the pair is adopted"
    desk.talks(served, bob)
    waiting = desk.fact(f.CallArrived, number="15400003333").call_id
    visit = desk.fact(f.QueueEntered, call_id=waiting)
    assert visit.at - visit.entered > 2_000_000, "the wait in the fail-safe queue counts"
    assert not desk.facts(f.OfferMade, call_id=waiting), "nobody is free"
    until(lambda: statuses(console)["1002@default"] == "On Break", "the switch to know that Bob talks")

    desk.outside.do(served.hang_up)
    assert desk.ended(talk.call_id).ended_by == "customer"
    assert desk.facts(f.TalkEnded, call_id=talk.call_id)
    assert desk.record(talk.call_id)
    offered = desk.fact(f.TalkStarted, call_id=waiting)  # after Bob's wrap-up
    assert offered.agent == "bob"
    desk.talks(waits, bob)
    for party in (first, waits):
        desk.outside.do(party.hang_up)
    desk.ended(first_id)
    ready = {"1001@default": "Available", "1002@default": "Available"}
    until(lambda: ready.items() <= statuses(console).items(), "both to be available again")


def test_who_becomes_ready_as_the_daemon_returns_gets_the_first_in_line(
    desk: Centre, console: Console, ear: Console
) -> None:
    """Her after-call work ends while no daemon lives and two callers wait: the switch must not ring her of its own."""
    desk.publish_and_wait(centre(2, wrap_up_s=8))
    (alice,) = desk.at_work("alice")
    before, _ = desk.queued()
    desk.talks(before, alice)
    desk.outside.do(before.hang_up)
    over = desk.fact(f.AgentStateChanged, agent="alice", state="wrapup").until
    until(lambda: statuses(console)["1001@default"] == "On Break", "the switch to know that she is not ready")
    first, first_id = desk.queued()
    desk.kill_daemon()
    second = desk.outside.dial("4001", caller="15400003333")
    until(lambda: second.state == "answered", "the fail-safe queue to take the second caller")
    until(lambda: time.time_ns() // 1000 > over, "her after-call work to be over")

    desk.start_daemon()
    offer = desk.fact(f.OfferMade, call_id=first_id)
    assert offer.agent == "alice"
    desk.talks(first, alice)
    assert not desk.facts(f.OfferMade, call_id=desk.fact(f.CallArrived, number="15400003333").call_id)

    def rung() -> list[str]:
        return [event.uuid for event in ear.named("CHANNEL_CREATE") if event.direction == "outbound"]

    until(lambda: offer.offer in rung(), "the event of her being rung")
    assert rung()[-1] == offer.offer and len(rung()) == 2, "nobody rang her but we"
    desk.outside.do(second.hang_up)
    desk.outside.do(first.hang_up)
    desk.ended(first_id)


def test_who_is_rung_while_the_switch_is_told_of_everybody_is_on_her_break_before_she_answers(
    desk: Centre, console: Console
) -> None:
    """Else the death of a leader who has just begun would have her rung again while she talks."""
    few = centre(2)
    many = [d.Agent(id=f"a{number}", name=f"a{number}", extension=str(number)) for number in range(1101, 1161)]
    serve = tuple(d.Membership(agent=agent.id, tier=1) for agent in (*many, *few.agents))
    queues = (msgspec.structs.replace(few.queues[0], members=serve),)
    desk.publish(msgspec.structs.replace(few, agents=(*many, *few.agents), queues=queues))
    (alice,) = desk.at_work("alice")
    alice.delay = 1.0
    until(lambda: statuses(console).get("1001@default") == "Available", "the switch to know that she is ready")

    desk.kill_daemon()
    desk.start_daemon()
    caller, call_id = desk.queued()
    until(lambda: alice.in_state("answered"), "Alice to take the call")
    assert statuses(console)["1001@default"] == "On Break"
    desk.talks(caller, alice)
    desk.outside.do(caller.hang_up)
    desk.ended(call_id)


def test_the_phone_that_rings_for_a_caller_whom_we_take_back_is_silenced_by_the_switch(
    desk: Centre, console: Console, ear: Console
) -> None:
    """The daemon returns while the fail-safe queue rings Alice: it ends no leg, for it may have been picked up."""
    (alice,) = desk.at_work("alice")
    alice.behave = "ring answer"
    until(lambda: statuses(console).get("1001@default") == "Available", "the switch to know that she is ready")
    desk.kill_daemon()
    caller = desk.outside.dial("4001", caller="15400002222")
    until(lambda: alice.in_state("ringing"), "the fail-safe queue to ring Alice")
    first = alice.call
    desk.start_daemon()
    until(lambda: first.state == "ended", "her phone to be silent")
    rang = until(lambda: [e for e in ear.named("CHANNEL_HANGUP") if e.direction == "outbound"], "its end to be told")[0]
    assert (rang.hangup_cause, first.ended_by) == ("ORIGINATOR_CANCEL", "switch")
    desk.talks(caller, alice)
    assert desk.fact(f.TalkStarted, agent="alice").offer != rang.uuid
    desk.outside.do(caller.hang_up)
