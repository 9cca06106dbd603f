"""Phones that the switch's own queue rings while we are there."""

from switchctl.contract import facts as f
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import SECOND, Centre
from tests.policy.exchange import NODE


def rung_by_the_switch() -> Centre:
    centre = Centre()
    ring(centre)
    return centre


def ring(centre: Centre) -> None:
    """Ann waited with us; her socket broke, and the fail-safe queue rings Amy for her, who became ready just now."""
    centre.waiting("ann")
    centre.exchange.leave_lease("ann")
    centre.drain()
    centre.ready("amy")
    centre.exchange.fail_safe_rings("ann", "1001", "leg")
    centre.drain()


def test_a_phone_that_was_picked_up_as_its_caller_is_taken_back_is_not_cut_off():
    """To end the leg then would end the talk; the switch ends by itself what only rings."""
    centre = rung_by_the_switch()
    centre.picks_up("amy")
    centre.wait(6)
    assert centre.wishes(do.Transfer), "she is taken back"
    centre.exchange.join(centre.exchange.legs["ann"], centre.exchange.legs["leg"])
    centre.drain()
    centre.wait(30)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert not centre.wishes(do.Kill)
    assert centre.last(f.TalkStarted).offer == "leg"


def test_a_phone_that_was_picked_up_and_is_joined_with_nobody_is_freed():
    """The switch never joins the two: without an end she would hear silence for ever, and be offered nothing."""
    centre = rung_by_the_switch()
    centre.picks_up("amy")
    centre.wait(20)
    assert "leg" in centre.exchange.legs, "the joining may only be slow"
    centre.wait(60)
    assert "leg" not in centre.exchange.legs
    assert "agent leg with nobody ended" in [fact.reason for fact in centre.facts(f.CallRepaired)]
    assert centre.brain.world.agents["amy"].free or centre.offered() == {"amy": "ann"}
    laws.always(centre)


def test_a_phone_that_only_rings_is_silenced_by_the_switch_and_then_rung_by_us():
    centre = rung_by_the_switch()
    assert centre.offered() == {}, "her phone rings already"
    centre.wait(6)
    assert centre.wishes(do.Transfer) and "leg" not in centre.exchange.legs
    assert centre.offered() == {"amy": "ann"}
    laws.always(centre)


def test_a_list_that_was_long_on_its_way_does_not_make_her_free():
    """It was written before the leg, and comes after its event: the switch wrote nothing for a while."""
    centre = rung_by_the_switch()
    centre.take(centre.brain.channels(NODE, [{"uuid": "ann", "state": "CS_EXECUTE"}], centre.now))
    assert not centre.brain.world.agents["amy"].free, "her phone rings"


def test_a_leg_whose_end_nobody_told_makes_her_free_after_two_lists():
    centre = rung_by_the_switch()
    del centre.exchange.legs["leg"]
    centre.take(centre.brain.channels(NODE, centre.exchange.rows(), centre.now))
    assert not centre.brain.world.agents["amy"].free, "one list proves nothing"
    centre.wait(2)
    assert centre.offered() == {"amy": "ann"}


def test_another_switch_says_nothing_about_a_leg():
    centre = Centre(nodes=(NODE, "n2"))
    ring(centre)
    for _ in range(3):
        centre.now += SECOND
        centre.take(centre.brain.channels("n2", [], centre.now))
    assert centre.brain.world.agents["amy"].rung == "leg"


def test_a_switch_that_died_rings_nobody():
    centre = Centre(nodes=(NODE, "n2"))
    ring(centre)
    centre.crash(NODE)
    centre.wait(70)
    assert centre.brain.world.agents["amy"].free


def test_a_switch_that_was_restarted_rings_nobody():
    centre = rung_by_the_switch()
    centre.exchange.crash()
    centre.cut()
    centre.connect()
    assert centre.brain.world.agents["amy"].free


def test_a_caller_whom_the_switch_is_just_joining_is_not_taken_back_by_one_listing():
    """Both are on their way into the bridge, which the list does not show yet: a transfer would tear them apart."""
    centre = rung_by_the_switch()
    centre.picks_up("amy")
    before = len(centre.wishes(do.Transfer))
    rows = [{**row, "state": "CS_SOFT_EXECUTE", "call_uuid": ""} for row in centre.exchange.rows()]
    centre.take(centre.brain.channels(NODE, rows, centre.now))
    assert len(centre.wishes(do.Transfer)) == before
    centre.exchange.join(centre.exchange.legs["ann"], centre.exchange.legs["leg"])
    centre.drain()
    centre.wait(6)
    assert len(centre.wishes(do.Transfer)) == before
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")


def test_what_we_offer_her_is_withdrawn_when_the_switch_rings_her():
    """It was told that she is taken a moment too late."""
    centre = Centre()
    centre.waiting("ann")
    centre.waiting("ben")
    centre.ready("amy")
    assert centre.offered() == {"amy": "ann"}
    ours = centre.leg("amy")
    centre.exchange.leave_lease("ben")
    centre.exchange.fail_safe_rings("ben", "1001", "leg")
    centre.drain()
    assert ours not in centre.exchange.legs and centre.offered() == {}
    centre.wait(8)
    assert "leg" not in centre.exchange.legs, "ben waits with us again"
    assert centre.offered() == {"amy": "ann"}
    laws.always(centre)


def test_a_caller_who_stands_in_the_switchs_line_as_well_is_taken_out_of_it():
    """Two old sockets of hers closed at once: the first moved her on to us, the second into that queue, and our music
    within it is all that a listing shows."""
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.fail_safe_rings("ann", "1002", "leg")
    centre.drain()
    assert centre.exchange.legs["ann"].leases == 1
    centre.wait(8)
    assert "leg" not in centre.exchange.legs
    assert (centre.stage("ann"), centre.exchange.legs["ann"].stage) == ("waiting", "wait")
    laws.always(centre)
