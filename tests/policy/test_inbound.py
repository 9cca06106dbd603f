"""The caller's way: arrival, greeting, queue, end."""

import pytest

from switchctl.contract import facts as f
from switchctl.model import effects as do
from tests.policy.centre import NOON, Centre, directory
from tests.policy.exchange import LEASES, NODE


def test_she_is_answered_greeted_and_queued_with_music():
    centre = Centre()
    centre.call("ann", number="+15401400001")
    assert [type(effect) for effect in centre.done[-3:]] == [do.SetVars, do.Answer, do.Play]
    arrived = centre.last(f.CallArrived)
    assert (arrived.call_id, arrived.number, arrived.dialled, arrived.stage) == ("ann", "+15401400001", "4001", "entry")
    assert centre.facts(f.CallAnswered, call_id="ann")
    centre.wait(4)
    centre.exchange.finish("ann")
    centre.drain()
    assert centre.last(f.FlowLeft).exit == "completed"
    entered = centre.last(f.QueueEntered)
    assert entered.entered == entered.at == NOON + 4_000_000
    assert centre.exchange.legs["ann"].variables["cc_place"] == f"support/{entered.visit}/{entered.entered}"
    assert centre.wishes(do.Play)[-1].sound == "local_stream://moh"


def test_a_leg_on_which_the_dialplan_wrote_its_call_is_told_no_variables():
    centre = Centre()
    centre.exchange.ring_in("ann", "15401400001", "4001", cc_call_id="ann")
    centre.drain()
    assert centre.wishes(do.SetVars) == []
    assert [type(effect) for effect in centre.done[-2:]] == [do.Answer, do.Play]


def test_a_withheld_number_is_empty():
    centre = Centre()
    centre.call("ann", number="anonymous")
    assert centre.last(f.CallArrived).number == ""


def test_a_number_that_leads_nowhere_is_turned_away_with_a_sentence():
    centre = Centre()
    centre.call("ann", "4999")
    assert centre.wishes(do.Play)[-1].sound == "ivr/sorry.wav"
    centre.exchange.finish("ann")
    centre.drain()
    assert centre.last(f.CallEnded).ended_by == "system"
    assert not centre.facts(f.QueueEntered) and not centre.exchange.legs


@pytest.mark.parametrize("moment", ["greeting", "queue"])
def test_she_leaves_before_anybody_is_asked(moment: str):
    centre = Centre()
    (centre.call if moment == "greeting" else centre.waiting)("ann")
    centre.wait(7)
    centre.hangs_up("ann")
    assert centre.last(f.CallEnded).ended_by == "customer"
    if moment == "greeting":
        assert centre.last(f.FlowLeft).exit == "hangup"
        assert not centre.facts(f.QueueEntered)
    else:
        left = centre.last(f.QueueLeft)
        assert (left.exit, left.wait_ms) == ("abandoned", 7000)
    assert centre.brain.counts()["calls"] == {}


def test_a_greeting_whose_end_is_not_seen_lets_her_into_the_queue_after_a_while():
    centre = Centre()
    centre.call("ann")
    centre.wait(95)
    assert centre.stage("ann") == "waiting"
    assert centre.last(f.CallRepaired).reason == "the end of the greeting was not seen"


def test_a_greeting_whose_end_was_not_heard_is_found_over_by_the_next_listing():
    centre = Centre()
    centre.call("ann")
    centre.wait(1)
    centre.exchange.finish("ann")
    centre.lose("ann")
    centre.wait(6)
    assert centre.stage("ann") == "waiting"
    assert centre.exchange.legs["ann"].playing, "and hears the music"
    assert centre.last(f.CallRepaired).reason == "the end of the greeting was not seen"


def test_a_greeting_that_ended_while_the_link_was_away_is_found_over_when_it_is_back():
    centre = Centre()
    centre.call("ann")
    centre.cut()
    centre.exchange.finish("ann")
    centre.wait(20)
    centre.connect()
    centre.drain()
    centre.wait(1)
    assert centre.stage("ann") == "waiting"


def test_a_long_greeting_is_looked_at_and_let_be():
    centre = Centre()
    centre.call("ann")
    centre.wait(60)
    assert centre.wishes(do.Inspect)
    assert centre.stage("ann") == "flow" and not centre.facts(f.CallRepaired)


def test_the_end_of_a_greeting_that_is_only_late_is_no_repair():
    centre = Centre()
    centre.call("ann")
    centre.wait(4)
    centre.exchange.finish("ann")
    late = centre.exchange.said.pop("ann")
    centre.wait(1.2)
    centre.exchange.said["ann"] = late
    centre.drain()
    centre.wait(5)
    assert centre.stage("ann") == "waiting" and not centre.facts(f.CallRepaired)
    assert len(centre.facts(f.QueueEntered)) == 1


def test_while_the_link_is_away_the_greetings_timer_decides_nothing():
    centre = Centre()
    centre.call("ann")
    centre.cut()
    centre.wait(120)
    assert centre.stage("ann") == "flow"
    centre.connect()
    centre.drain()
    centre.wait(5)
    assert centre.stage("ann") == "waiting"


def test_music_that_comes_to_an_end_begins_again():
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.finish("ann")
    centre.drain()
    assert len(centre.exchange.legs["ann"].playing) == 1
    assert len(centre.wishes(do.Play)) == 3


def test_a_hang_up_without_its_last_event_still_ends_the_call():
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.hang_up("ann")
    centre.deliver("ann")
    centre.lose("ann")
    centre.wait(3)
    end = centre.last(f.CallEnded)
    assert (end.cause, end.reason) == ("NORMAL_CLEARING", "no CHANNEL_HANGUP_COMPLETE")
    assert len(centre.facts(f.CallEnded)) == 1


def test_a_socket_that_opens_after_the_end_makes_no_second_call():
    """The events come over the link, the socket by itself: a caller who hangs up in a transfer is known to be gone
    before the handshake of her new socket is over."""
    centre = Centre()
    centre.talking("ann", "amy")
    centre.exchange.hang_up(centre.leg("amy"))
    centre.exchange.hang_up("ann")
    opened = next(what for kind, what in centre.exchange.said[LEASES] if kind == "lease_opened")
    while "ann" in centre.exchange.said:
        centre.deliver("ann")
    centre.take(centre.brain.lease_opened(NODE, opened, centre.now))
    centre.drain()
    assert centre.stage("ann") == ""
    assert len(centre.facts(f.CallArrived)) == len(centre.facts(f.CallEnded)) == 1


def test_ended_calls_are_not_remembered_for_ever():
    centre = Centre()
    for number in range(5):
        centre.call(f"caller-{number}")
        centre.hangs_up(f"caller-{number}")
        centre.wait(61)
    assert list(centre.brain.world.ended) == ["caller-4"]


def test_a_talk_that_the_switch_tears_down_brings_the_caller_back_in_front():
    """Trace 13b: the caller falls to the next stage of the dialplan while her agent is hung up."""
    centre = Centre(directory(support=(("amy", 1), ("bob", 1))))
    centre.talking("ann", "amy")
    centre.waiting("ben")
    ann = centre.exchange.legs["ann"]
    centre.exchange._part(ann)
    centre.exchange._enter(ann, "standby")
    centre.drain()
    assert centre.last(f.TalkEnded).ended_by == "system"
    centre.ready("bob")
    assert centre.offered() == {"bob": "ann"}
