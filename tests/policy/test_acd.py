"""Who gets which call."""

from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.policy.centre import Centre, directory


def test_the_agent_who_was_idle_longest_is_rung():
    centre = Centre()
    centre.ready("bob", "amy", "cai")
    centre.waiting("ann")
    assert centre.offered() == {"bob": "ann"}
    assert centre.last(f.OfferMade).reason.startswith("longest_idle:ready=3,tier=1,idle_s=")


def test_a_talk_ends_her_idle_time_and_a_missed_call_sends_her_to_the_end():
    centre = Centre()
    centre.ready("amy", "bob")
    centre.talking("ann", "amy")
    centre.hangs_up("ann")
    centre.order(c.FinishWrapUp, "amy")
    centre.waiting("ben")
    assert centre.offered() == {"bob": "ben"}
    centre.misses("bob")
    assert centre.offered() == {"amy": "ben"}


def test_a_ready_agent_takes_the_caller_who_came_first():
    centre = Centre()
    centre.waiting("ann")
    centre.waiting("ben")
    centre.ready("amy")
    assert centre.offered() == {"amy": "ann"}
    assert centre.last(f.OfferMade).reason.startswith("next_in_line:waiting=2,tier=1,waited_s=")


def test_the_agents_own_tier_comes_before_the_time_of_waiting():
    centre = Centre(directory(sales=(("amy", 2),), support=(("amy", 1), ("bob", 1))))
    centre.waiting("ann", "4001")
    centre.waiting("ben", "4002")
    centre.ready("amy")
    assert centre.offered() == {"amy": "ben"}


def test_lower_tiers_are_asked_first_however_long_others_are_idle():
    centre = Centre(directory(support=(("amy", 2), ("bob", 1))))
    centre.ready("amy", "bob")
    centre.waiting("ann")
    assert centre.offered() == {"bob": "ann"}


def test_a_head_start_moves_a_caller_forward_and_never_flips_two():
    layout = directory(vip=(("amy", 1),), support=(("amy", 1),))
    vip = structs.replace(layout.queues[0], head_start_s=60)
    centre = Centre(structs.replace(layout, queues=(vip, layout.queues[1])))
    centre.waiting("ann", "4002")
    centre.wait(30)
    centre.waiting("vic", "4001")
    centre.ready("amy")
    assert centre.offered() == {"amy": "vic"}


def test_a_missed_caller_goes_behind_one_who_came_before_her():
    """Ann's and Ben's phones both come to nothing; the one agent left gets Ann, who came first."""
    centre = Centre()
    centre.ready("amy", "bob")
    centre.waiting("ann")
    centre.waiting("ben")
    assert centre.offered() == {"amy": "ann", "bob": "ben"}
    centre.misses("amy", "USER_NOT_REGISTERED")
    assert centre.stage("ann") == "waiting"
    centre.misses("bob")
    assert centre.offered() == {"bob": "ann"}
    assert centre.stage("ben") == "waiting"


def test_nobody_is_offered_a_call_without_a_lease_or_a_link():
    centre = Centre()
    centre.waiting("ann")
    centre.cut()
    centre.ready("amy")
    assert centre.offered() == {}
    centre.connect()
    centre.drain()
    assert centre.offered() == {"amy": "ann"}


def test_why_a_caller_has_to_wait_is_written_down():
    centre = Centre()
    centre.waiting("ann")
    assert centre.last(f.QueueEntered).reason == "nobody_signed_in"
    centre.order(c.SignIn, "amy")
    centre.waiting("ben")
    assert centre.last(f.QueueEntered).reason == "all_busy:signed_in=1"


def test_a_new_member_of_a_queue_is_given_its_waiting_callers():
    centre = Centre(directory(support=(("amy", 1),), sales=(("bob", 1),)))
    centre.ready("bob")
    centre.waiting("ann", "4001")
    assert centre.offered() == {}
    centre.reconfigure(directory(support=(("amy", 1), ("bob", 2)), sales=(("bob", 1),)))
    assert centre.offered() == {"bob": "ann"}
