"""A daemon that was killed, from what its journal holds."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.live import LiveView
from switchctl.engine.brain import Brain
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre


def restart(centre: Centre, seconds: float = 0) -> None:
    centre.die()
    centre.wait(seconds)
    centre.start()
    centre.drain()


def test_talking_parties_notice_nothing():
    centre = Centre()
    centre.talking("ann", "amy", seconds=10)
    centre.order(c.Hold, "amy")
    centre.drain()
    centre.wait(5)
    restart(centre, seconds=5)
    centre.wait(10)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert not centre.wishes(do.Transfer)
    centre.order(c.Resume, "amy")
    centre.drain()
    centre.hangs_up("ann")
    end = centre.last(f.TalkEnded)
    assert (end.talk_ms, end.hold_ms) == (10_000, 20_000)


def test_waiting_callers_are_taken_back_with_their_waiting_time_and_order():
    centre = Centre()
    centre.waiting("ann")
    entered = centre.last(f.QueueEntered).entered
    centre.wait(20)
    centre.waiting("ben")
    restart(centre, seconds=10)
    centre.wait(2)
    assert centre.exchange.legs["ann"].leases == 1
    centre.ready("amy")
    assert centre.offered() == {"amy": "ann"}
    assert centre.last(f.OfferMade).waited_ms == (centre.last(f.OfferMade).at - entered) // 1000
    assert len(centre.facts(f.QueueEntered)) == 2


def test_a_phone_that_rang_is_let_go_and_the_call_offered_again():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    restart(centre)
    assert leg not in centre.exchange.legs
    assert centre.facts(f.OfferEnded)[0].cause == "restart"
    centre.wait(2)
    assert centre.offered() == {"amy": "ann"}


def test_a_phone_that_was_answered_meanwhile_is_let_go_too():
    """Trace 12f: it was picked up into a park, with nobody to talk to."""
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.die()
    centre.exchange.answer(leg)
    centre.start()
    centre.drain()
    centre.wait(1)
    assert leg not in centre.exchange.legs
    centre.wait(2)
    assert centre.offered() == {"amy": "ann"}


def test_a_pair_that_was_being_joined_in_the_moment_of_death_is_not_parted():
    """The switch takes 40 to 60 ms for a bridge; the next leader's first list came before it, and its kill after."""
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    centre.exchange.busy = True
    centre.picks_up("amy")
    leg = centre.leg("amy")
    restart(centre)
    centre.exchange.catch_up()
    centre.drain()
    centre.wait(10)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert centre.exchange.legs["ann"].partner == leg and not centre.wishes(do.Kill)


def test_a_bridge_that_came_about_in_the_moment_of_death_is_kept():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.exchange.answer(leg)
    centre.deliver(leg)
    assert "ann" in centre.exchange.said, "the bridge is not heard"
    restart(centre)
    centre.wait(30)
    assert centre.exchange.legs["ann"].partner == leg
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    centre.hangs_up("amy")
    assert centre.last(f.TalkEnded).ended_by == "agent"


def test_after_call_work_goes_on_for_the_rest_of_its_time():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.hangs_up("ann")
    centre.wait(10)
    restart(centre, seconds=5)
    assert centre.state("amy") == "wrapup"
    centre.wait(14)
    assert centre.state("amy") == "wrapup"
    centre.wait(2)
    assert centre.state("amy") == "ready"
    assert centre.last(f.WrapUpEnded).wrap_ms == 30_000


def test_who_hung_up_while_nobody_listened_is_found_missing():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.waiting("ben")
    centre.die()
    centre.exchange.hang_up("ann")
    centre.exchange.hang_up("ben")
    centre.start()
    centre.drain()
    centre.wait(40)
    assert not centre.brain.world.calls
    assert [end.source for end in centre.facts(f.CallEnded)] == ["inferred", "inferred"]
    assert centre.state("amy") == "ready"


def test_the_end_of_a_talk_that_the_fail_safe_queue_made_is_not_the_beginning_of_another_wait():
    """Her agent leaves before we have looked twice: the stage after a talk proves that there was one."""
    centre = Centre()
    centre.waiting("ann")
    centre.die()
    centre.exchange.fail_safe("ann", "1002", "leg")
    centre.start()
    centre.exchange.hang_up("leg")
    centre.drain()
    assert centre.stage("ann") == "leaving"
    assert centre.last(f.QueueLeft).exit == "answered"
    centre.exchange.finish("ann")
    centre.drain()
    assert centre.last(f.CallEnded).ended_by == "agent"


def test_calls_of_a_switch_that_is_no_longer_ours_are_given_up():
    centre = Centre()
    centre.talking("ann", "amy")
    view = centre.view
    centre.die()
    centre.brain = Brain(centre.layout, 2, lambda kind: kind)
    centre.brain.world.lists = centre.lists
    centre.take(centre.brain.restore(msgspec.json.decode(msgspec.json.encode(view), type=LiveView), centre.now, ["n2"]))
    assert not centre.brain.world.calls
    assert centre.state("amy") == "wrapup"
    assert centre.last(f.CallEnded).reason == "its switch is not among ours any more"


@pytest.mark.parametrize("moment", ["greeting", "waiting", "offered", "talking", "held", "leaving", "wrapup"])
def test_two_restarts_in_any_moment_lose_nobody(moment: str):
    centre = Centre()
    centre.ready("amy")
    if moment == "greeting":
        centre.call("ann")
    elif moment in ("waiting", "offered"):
        if moment == "waiting":
            centre.order(c.Pause, "amy", reason="tea")
        centre.waiting("ann")
    else:
        centre.talking("ann", "amy")
    if moment == "held":
        centre.order(c.Hold, "amy")
        centre.drain()
    if moment == "leaving":
        centre.hangs_up("amy")
    if moment == "wrapup":
        centre.hangs_up("ann")
    restart(centre)
    laws.always(centre)
    restart(centre, seconds=1)
    centre.wait(3)
    laws.always(centre)
    if "ann" in centre.exchange.legs:
        centre.hangs_up("ann")
    centre.wait(240)
    laws.at_the_end(centre)


def test_a_new_leader_puts_right_what_pages_have_of_a_leader_it_never_heard():
    """The last leader told more than its successor read (Redis was away): amy's phone is gone, bob rings."""
    centre = Centre()
    centre.exchange.register("1001")
    centre.ready("amy", "bob")
    centre.talking("ann", "amy")
    centre.order(c.Hold, "amy")
    centre.call("ben")
    centre.drain()
    page = msgspec.json.decode(msgspec.json.encode(centre.view), type=LiveView)
    unread = [
        f.DeviceChanged(extension="1001", registered=False, reason="expired", node="node1"),
        f.HoldEnded(call_id="ann", offer=page.calls["ann"].offer, agent="amy", held_ms=5),
        f.OfferMade(
            call_id="ben", offer="o", agent="bob", queue="support", visit="v", ring_s=9, waited_ms=0, reason=""
        ),
        f.AgentStateChanged(agent="bob", state="offered", previous="ready", offer="o", call_id="ben", source="system"),
    ]
    for seq, fact in enumerate(unread, start=1):
        page.apply(msgspec.structs.replace(fact, id=f"last:{seq}", seq=seq, epoch=centre.epoch))
    assert page.calls != centre.view.calls
    told = len(centre.told)
    restart(centre)
    for fact in centre.told[told:]:
        page.apply(fact)
    assert (page.calls, page.agents, page.devices) == (centre.view.calls, centre.view.agents, centre.view.devices)
    assert centre.stage("ann") == "talking" and page.calls["ann"].stage == "held"
