"""The fence's table, step by step: who takes, who waits, who falls silent. Times are seconds of an invented clock."""

import pytest

from switchctl.engine import leadership as l
from switchctl.engine.leadership import Claim, Leadership, Look, Seed


def one(daemon="a", epoch=0, nodes=("n",)):
    return Leadership(daemon, epoch, nodes)


def kinds(orders):
    return [type(order).__name__ for order in orders]


def see(state, order, value, now=0.0):
    """The switch answers an order."""
    return state.seen(order.node, order.number, value, now)


def leading(epoch=0, now=0.0):
    """A leader of one node."""
    state = one(epoch=epoch)
    (look,) = state.link_up("n", now)
    _, take = see(state, look, "none:0:0", now)
    see(state, take, take.value, now)
    assert state.role == l.LEADER
    return state


def test_every_state_of_a_fence_has_a_word_for_every_sight():
    for state, after in l.FENCE.items():
        assert set(after) == ({l.NOTHING, l.OPEN, l.MINE, l.ALIVE, l.SILENT} if state != l.AWAY else set())


def test_an_open_fence_is_taken_with_a_term_above_all_that_was_seen():
    state = one(epoch=3)
    (look,) = state.link_up("n", 0.0)
    claim, take = see(state, look, "none:7:0")
    assert claim == Claim(epoch=8)
    assert take.old == "none:7:0" and take.value.startswith("a:8:")
    assert state.role == l.CLAIMING and not state.may_command("n", 0.0)
    see(state, take, take.value, 0.01)
    assert state.role == l.LEADER and state.may_command("n", 0.01)


def test_who_was_slower_stands_by():
    state = one()
    (look,) = state.link_up("n", 0.0)
    _, take = see(state, look, "none:0:0")
    assert see(state, take, "b:1:1") == []
    assert (state.role, state.epoch) == (l.STANDBY, 0)


def test_a_fence_that_is_not_set_is_seeded_and_left_to_settle():
    state = one(epoch=4)
    (look,) = state.link_up("n", 0.0)
    (seed,) = see(state, look, "", 0.01)
    assert type(seed) is Seed and seed.value == "new:4:0"
    assert see(state, seed, "new:4:0", 0.02) == []
    (look,) = state.tick(0.5)
    assert see(state, look, "new:4:0", 0.51) == []
    (look,) = state.tick(1.0)
    assert kinds(see(state, look, "new:4:0", 1.01)) == ["Claim", "Take"]


def test_an_answer_that_was_long_on_its_way_seeds_nothing():
    state = one()
    (look,) = state.link_up("n", 0.0)
    assert see(state, look, "", 1.0) == []


def test_a_beating_fence_is_left_alone_and_one_that_stands_still_is_taken():
    state = one()
    (look,) = state.link_up("n", 0.0)
    see(state, look, "b:5:1")
    for now, value in ((1.0, "b:5:2"), (2.0, "b:5:3"), (3.9, "b:5:3")):
        (look,) = state.tick(now)
        assert see(state, look, value, now) == []
    (look,) = state.tick(4.2)
    claim, take = see(state, look, "b:5:3", 4.2)
    assert claim == Claim(epoch=6)
    assert take.old == "b:5:3", "one more beat, and the switch refuses it"


def test_an_answer_that_came_late_does_not_make_a_leader_silent():
    state = one()
    (look,) = state.link_up("n", 0.0)
    see(state, look, "b:5:1")
    (look,) = state.tick(1.0)
    assert see(state, look, "b:5:1", 9.0) == [], "we slept, not the leader"


def test_our_own_past_life_is_no_rival():
    state = one(epoch=5)
    (look,) = state.link_up("n", 0.0)
    assert kinds(see(state, look, "a:5:77")) == ["Claim", "Take"]


def test_a_copy_of_our_state_folder_is_a_rival():
    state = one(epoch=5)
    (look,) = state.link_up("n", 0.0)
    assert see(state, look, "a:6:1") == []


def test_a_leader_beats_each_half_second_and_is_trusted_from_its_asking():
    state = leading()
    assert state.tick(0.4) == []
    (beat,) = state.tick(0.6)
    see(state, beat, beat.value, 0.9)
    assert state.may_command("n", 2.0) and not state.may_command("n", 2.2)


def test_a_beat_that_the_switch_did_not_take_renews_no_trust():
    state = leading()
    (beat,) = state.tick(1.4)
    see(state, beat, beat.old, 1.4)
    assert state.holds("n") and not state.may_command("n", 1.6)


def test_a_leader_that_slept_asks_before_it_says_a_word():
    state = leading()
    assert not state.may_command("n", 5.0) and not state.sure(5.0)
    (beat,) = state.tick(5.0)
    assert see(state, beat, "b:2:4", 5.0) == [] and state.role == l.DEPOSED
    assert state.tick(6.0) == [] and not state.may_command("n", 6.0)


def test_a_leader_that_slept_and_was_not_missed_goes_on():
    state = leading()
    (beat,) = state.tick(5.0)
    see(state, beat, beat.value, 5.0)
    assert state.may_command("n", 5.1) and state.role == l.LEADER


def test_a_link_that_was_away_shows_first_whose_the_fence_is():
    state = leading()
    held = state.fences["n"].value
    state.link_down("n")
    assert not state.may_command("n", 0.1)
    (look,) = state.link_up("n", 0.2)
    assert type(look) is Look
    see(state, look, held, 0.2)
    assert state.holds("n") and state.role == l.LEADER


def test_a_switch_that_forgot_everything_is_taken_again_in_a_new_term():
    state = leading()
    state.link_down("n")
    (look,) = state.link_up("n", 3.0)
    (seed,) = see(state, look, "", 3.0)
    see(state, seed, "new:1:0", 3.0)
    (look,) = state.tick(4.0)
    claim, take = see(state, look, "new:1:0", 4.0)
    assert claim == Claim(epoch=2)
    see(state, take, take.value, 4.0)
    assert state.may_command("n", 4.0) and state.epoch == 2 and state.role == l.LEADER


def test_a_leader_that_heard_of_a_higher_term_while_its_switch_forgot_stands_by():
    state = leading()
    state.link_down("n")
    state.learned(5)  # another led meanwhile
    (look,) = state.link_up("n", 3.0)
    (seed,) = see(state, look, "", 3.0)
    see(state, seed, "new:5:0", 3.0)
    assert state.role == l.DEPOSED


def test_a_term_that_an_earlier_life_heard_of_is_not_taken_again():
    state = Leadership("a", 3, ["n"], heard=4)  # b led in 4, then the switch was restarted and so were we
    (look,) = state.link_up("n", 0.0)
    (seed,) = see(state, look, "", 0.0)
    assert seed.value == "new:4:0"
    see(state, seed, seed.value, 0.0)
    (look,) = state.tick(1.0)
    assert see(state, look, "new:4:0", 1.0)[0] == Claim(epoch=5)


def test_a_leader_goes_on_above_a_term_in_which_another_told_facts():
    state = leading()
    held = state.fences["n"].value
    state.learned(1, "b")  # its switch was restarted, Redis was away: neither knew of the other
    claim, take = state.tick(0.6)
    assert claim == Claim(epoch=2)
    assert take.old == held and take.value.startswith("a:2:")
    assert not state.shown and state.may_command("n", 0.6), "nobody else can have taken it"
    see(state, take, take.value, 0.6)
    assert state.shown and state.role == l.LEADER and state.may_command("n", 2.0)
    assert kinds(state.tick(1.2)) == ["Take"], "once is enough"


def test_what_we_told_ourselves_does_not_outbid_us():
    state = leading()
    state.learned(1, "a")
    assert kinds(state.tick(0.6)) == ["Take"]


def test_a_leader_that_slept_bids_for_nothing():
    state = leading()
    state.learned(2, "b")
    assert kinds(state.tick(5.0)) == ["Take"], "first the switch must say that it is ours"


def test_who_holds_some_switches_only_does_not_bid_against_who_has_the_others():
    state = two()
    state.link_down("m")
    state.learned(1, "b")
    (beat,) = state.tick(0.6)
    assert beat.value.startswith("a:1:")


def test_a_higher_term_that_finds_no_room_on_disk_is_tried_again_later():
    state = leading()
    state.learned(1, "b")
    assert state.tick(0.6)[0] == Claim(epoch=2)
    state.unclaimed()
    assert state.epoch == 1 and kinds(state.tick(0.7)) == [] and state.holds("n")
    claim, take = state.tick(1.2)
    see(state, take, take.value, 1.2)
    assert claim.epoch == state.epoch > 1 and state.shown


def test_one_switch_of_two_that_forgot_is_taken_again_in_the_same_term():
    state = Leadership("me", 0, ["m", "n"])
    looks = [*state.link_up("m", 0.0), *state.link_up("n", 0.0)]
    see(state, looks[0], "none:0:0")
    _, *takes = see(state, looks[1], "none:0:0")
    for take in takes:
        see(state, take, take.value)
    assert state.holds("m") and state.holds("n")
    state.link_down("n")
    (look,) = state.link_up("n", 1.0)
    (seed,) = see(state, look, "", 1.0)
    see(state, seed, "new:1:0", 1.0)
    order = next(order for order in state.tick(2.0) if order.node == "n")
    (take,) = see(state, order, "new:1:0", 2.0)
    see(state, take, take.value, 2.0)
    assert state.holds("n") and state.epoch == 1


def test_a_term_that_cannot_be_put_on_disk_is_none():
    state = Leadership("me", 0, ["n"])
    (look,) = state.link_up("n", 0.0)
    claim, take = see(state, look, "none:0:0", 0.0)
    state.unclaimed()
    assert state.role == l.STANDBY and state.epoch == 0
    (look,) = state.tick(1.0)
    claim, take = see(state, look, "none:0:0", 1.0)
    see(state, take, take.value, 1.0)
    assert state.role == l.LEADER and state.holds("n")


def forgotten(epoch):
    """A leader in ``epoch`` whose switch forgot it, and the look that shows an open fence there."""
    state = leading(epoch=epoch - 1)
    state.link_down("n")
    (look,) = state.link_up("n", 3.0)
    claim, _ = see(state, look, f"none:{epoch}:0", 3.0)
    assert claim == Claim(epoch=epoch + 1)
    state.unclaimed()
    (look,) = state.tick(4.0)
    return state, look


def test_a_leader_whose_new_term_cannot_be_put_on_disk_tries_again():
    state, look = forgotten(epoch=5)
    assert (state.role, state.epoch) == (l.LEADER, 5) and not state.sure(4.0)
    claim, take = see(state, look, "none:5:0", 4.0)
    see(state, take, take.value, 4.0)
    assert claim.epoch == state.epoch > 5 and state.sure(4.0)


def test_a_leader_whose_new_term_cannot_be_put_on_disk_is_deposed_where_another_takes_one():
    state, look = forgotten(epoch=5)
    assert see(state, look, "b:6:1", 4.0) == [] and state.role == l.DEPOSED


def test_who_resigns_opens_its_fences_and_takes_no_more():
    state = leading()
    held = state.fences["n"].value
    (give,) = state.resign(1.0)
    assert (give.old, give.value) == (held, "none:1:0")
    assert not state.may_command("n", 1.0)
    assert see(state, give, "none:1:0", 1.0) == [] and state.tick(9.0) == []


def two(now=0.0):
    """A leader of two nodes."""
    state = one(nodes=("n", "m"))
    looks = [*state.link_up("n", now), *state.link_up("m", now)]
    assert see(state, looks[0], "none:0:0", now) == [], "the other switch is not known yet"
    _, *takes = see(state, looks[1], "none:0:0", now)
    for take in takes:
        see(state, take, take.value, now)
    return state


def test_one_of_two_switches_that_was_taken_ends_the_whole_term():
    state = two()
    assert state.may_command("n", 0.1) and state.may_command("m", 0.1)
    held, beats = state.fences["n"].value, state.tick(0.6)
    (give,) = see(state, beats[1], "b:2:1", 0.6)
    assert (give.node, give.value) == ("n", "none:1:0")
    assert give.old == beats[0].value != held, "it follows the beat that is under way"
    assert not state.may_command("n", 0.6) and state.role == l.DEPOSED


def test_while_another_leads_one_switch_that_we_reach_nothing_is_taken():
    state = one(nodes=("n", "m"))
    looks = [*state.link_up("n", 0.0), *state.link_up("m", 0.0)]
    see(state, looks[0], "b:4:1")
    assert see(state, looks[1], "none:0:0") == []


def test_a_leader_takes_a_switch_that_comes_later_and_yields_to_a_higher_term():
    state = one(nodes=("n", "m"))
    (look,) = state.link_up("n", 0.0)
    _, take = see(state, look, "none:0:0")
    see(state, take, take.value)
    (look,) = state.link_up("m", 0.1)
    (take,) = see(state, look, "none:0:0", 0.1)
    assert take.value.startswith("a:1:")
    state.link_down("m")
    (look,) = state.link_up("m", 0.2)
    assert kinds(see(state, look, "b:9:1", 0.2)) == ["Take"] and state.role == l.DEPOSED


@pytest.mark.parametrize("role", ["standby", "leader"])
def test_an_answer_of_an_earlier_session_says_nothing(role):
    state = leading() if role == "leader" else one()
    (order,) = state.tick(0.6) if role == "leader" else state.link_up("n", 0.0)
    state.link_down("n")
    state.link_up("n", 1.0)
    assert see(state, order, "none:9:0", 1.0) == []
    assert state.fences["n"].state == l.UNKNOWN
