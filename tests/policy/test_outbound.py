"""An agent dials: her own phone first, then the customer's, and every way in which that may end."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre

NUMBER = "+8613800001111"


def end_of(centre: Centre, call: str) -> tuple[str, str, str]:
    (dialled,) = centre.facts(f.DialEnded, call_id=call)
    (ended,) = centre.facts(f.CallEnded, call_id=call)
    return dialled.result, dialled.cause, ended.ended_by


def rest(centre: Centre) -> None:
    centre.wait(180)
    laws.at_the_end(centre)


def test_her_own_phone_rings_first_and_the_attempt_is_told_before_it_is_made():
    centre = Centre()
    call = centre.dials("amy")
    (wish,) = centre.wishes(do.Dial)
    assert (wish.phone, wish.customer, wish.number, wish.gateway) == ("1001", call, NUMBER, "carrier")
    assert wish.customer_variables["origination_caller_id_number"] == "+862160001111"
    assert NUMBER not in wish.variables.values(), "her display would show what her page may mask"
    assert not centre.exchange.dialled and centre.state("amy") == "dialling"
    started = centre.last(f.DialStarted)
    assert (started.call_id, started.dials, started.shows) == (call, "national", "+862160001111")
    arrived = centre.last(f.CallArrived)
    assert (arrived.direction, arrived.number, arrived.call_id) == ("outbound", NUMBER, call)


def test_answered_talked_and_wrapped_up():
    centre = Centre()
    centre.ready("amy")
    call = centre.rings_out("amy")
    assert centre.facts(f.DialProceeded, offer=centre.leg("amy")) and centre.exchange.dialled[call] == 1
    centre.wait(4)
    centre.exchange.answer(call)
    centre.drain()
    assert centre.state("amy") == "talking" and centre.view.calls[call].stage == "talking"
    centre.order(c.Hold, "amy")
    centre.drain()
    assert centre.view.calls[call].stage == "held"
    centre.wait(3)
    centre.order(c.Resume, "amy")
    centre.drain()
    centre.wait(5)
    centre.hangs_up(call)
    assert centre.state("amy") == "wrapup"
    talk = centre.last(f.TalkEnded)
    assert (talk.talk_ms, talk.hold_ms, talk.ended_by) == (5000, 3000, "customer")
    assert end_of(centre, call) == ("answered", "", "customer")
    assert not centre.facts(f.OfferMade) and not centre.facts(f.OfferEnded)
    centre.wait(31)
    assert centre.state("amy") == "ready"
    rest(centre)


def test_the_page_hangs_up_and_so_does_her_phone():
    for by_page in (True, False):
        centre = Centre()
        call = centre.rings_out("amy")
        centre.exchange.answer(call)
        centre.drain()
        centre.wait(2)
        centre.order(c.HangUp, "amy") if by_page else centre.hangs_up("amy")
        centre.drain()
        assert centre.last(f.TalkEnded).ended_by == "agent"
        assert centre.last(f.CallEnded).ended_by == "agent"
        assert not centre.exchange.legs
        rest(centre)


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("USER_BUSY", "busy"), ("NO_ANSWER", "no_answer"), ("UNALLOCATED_NUMBER", "invalid"),
        ("CALL_REJECTED", "refused"), ("SUBSCRIBER_ABSENT", "absent"), ("NORMAL_TEMPORARY_FAILURE", "failed"),
    ],
)  # fmt: skip
def test_nobody_is_reached_and_she_is_what_she_was(cause: str, result: str):
    for ready in (True, False):
        centre = Centre()
        if ready:
            centre.ready("amy")
        else:
            centre.order(c.SignIn, "amy")
            centre.order(c.Pause, "amy", reason="tea")
        call = centre.rings_out("amy")
        centre.exchange.refuse(call, cause)
        centre.drain()
        assert end_of(centre, call)[:2] == (result, cause)
        amy = centre.brain.world.agents["amy"]
        assert (amy.state, amy.reason) == (("ready", "") if ready else ("paused", "tea"))
        assert centre.last(f.DialEnded).q850 == centre.last(f.CallEnded).q850
        rest(centre)


def test_after_a_talk_the_pause_in_which_she_dialled_goes_on():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    centre.order(c.Pause, "amy", reason="tea")
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    centre.die()
    centre.start()
    centre.drain()
    centre.hangs_up(call)
    assert centre.state("amy") == "wrapup"
    centre.order(c.FinishWrapUp, "amy")
    amy = centre.brain.world.agents["amy"]
    assert (amy.state, amy.reason) == ("paused", "tea")
    rest(centre)


def test_what_the_network_says_is_no_answer():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.early_media(call)
    centre.drain()
    assert centre.state("amy") == "dialling" and not centre.facts(f.TalkStarted)
    centre.wait(3)
    centre.exchange.answer(call)
    centre.drain()
    assert centre.state("amy") == "talking"
    assert centre.last(f.TalkStarted).at == centre.now
    centre.hangs_up(call)
    rest(centre)


def test_an_announcement_and_then_busy_is_busy():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.early_media(call)
    centre.drain()
    centre.exchange.refuse(call, "USER_BUSY")
    centre.drain()
    assert end_of(centre, call)[:2] == ("busy", "USER_BUSY")
    assert centre.state("amy") == "paused"
    rest(centre)


def test_her_own_phone_is_not_picked_up_and_nobody_was_called():
    centre = Centre()
    call = centre.dials("amy")
    centre.wait(20)
    centre.misses("amy")
    assert end_of(centre, call) == ("own_phone", "NO_ANSWER", "agent")
    assert not centre.exchange.dialled and centre.state("amy") == "paused"
    rest(centre)


def test_her_own_phone_is_not_registered():
    centre = Centre()
    centre.exchange.unregistered.add("1001")
    call = centre.dials("amy")
    assert end_of(centre, call)[:2] == ("own_phone", "USER_NOT_REGISTERED")
    assert centre.state("amy") == "unreachable"
    rest(centre)


def test_the_switch_says_nothing_and_the_dialling_is_given_up():
    for picked_up in (False, True):
        centre = Centre()
        call = centre.rings_out("amy") if picked_up else centre.dials("amy")
        centre.exchange.hang_up(centre.leg("amy"))
        centre.exchange.said.clear()
        centre.wait(90)
        assert len(centre.facts(f.DialEnded, call_id=call)) == len(centre.facts(f.CallEnded, call_id=call)) == 1
        rest(centre)


def test_she_gives_up_while_it_rings():
    for picked_up in (False, True):
        centre = Centre()
        call = centre.rings_out("amy") if picked_up else centre.dials("amy")
        centre.order(c.HangUp, "amy")
        centre.drain()
        assert end_of(centre, call)[::2] == ("cancelled", "agent")
        assert not centre.exchange.legs and centre.state("amy") == "paused"
        rest(centre)


def test_her_phone_is_told_by_the_page_to_answer():
    centre = Centre()
    call = centre.dials("amy")
    centre.order(c.Answer, "amy")
    centre.drain()
    assert centre.exchange.dialled[call] == 1
    centre.order(c.Answer, "amy")
    assert centre.last(f.CommandRefused).reason == r.NO_OFFER


def test_the_gateway_is_missing():
    centre = Centre()
    centre.exchange.no_way[NUMBER] = "INVALID_GATEWAY"
    call = centre.rings_out("amy")
    assert centre.state("amy") == "paused"
    centre.wait(3)
    assert end_of(centre, call)[:2] == ("failed", "INVALID_GATEWAY")
    rest(centre)


def test_she_is_offered_nothing_while_she_dials_and_everything_afterwards():
    centre = Centre()
    centre.ready("amy")
    call = centre.rings_out("amy")
    centre.waiting("ann")
    assert centre.stage("ann") == "waiting" and not centre.offered()
    centre.exchange.refuse(call, "USER_BUSY")
    centre.drain()
    assert centre.offered() == {"amy": "ann"}


def test_a_colleague_who_is_dialled_is_offered_nothing():
    centre = Centre()
    centre.ready("bob")
    call = centre.rings_out("amy", "1002")
    (wish,) = centre.wishes(do.Dial)
    assert (wish.number, wish.gateway) == ("1002", "")
    assert wish.customer_variables["origination_caller_id_number"] == "1001"
    centre.waiting("ann")
    assert not centre.offered()
    centre.die()
    centre.start()
    centre.drain()
    assert not centre.offered(), "a restart knows it too"
    centre.exchange.answer(call)
    centre.drain()
    centre.hangs_up(call)
    assert centre.offered() == {"bob": "ann"}


# --- refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1001", r.OWN_NUMBER), ("+442079460000", r.NATIONAL_ONLY), ("*98", r.NO_NUMBER), ("", r.NO_NUMBER),
        ("16899990000", r.PREMIUM_NUMBER), ("13800001111 &park()", r.NO_NUMBER),
    ],
)  # fmt: skip
def test_numbers_that_she_may_not_dial(number: str, sentence: str):
    centre = Centre()
    centre.order(c.SignIn, "amy")
    order = centre.order(c.Dial, "amy", number=number)
    refused = centre.last(f.CommandRefused)
    assert (refused.reason, refused.command_id) == (sentence, order)
    assert not centre.wishes(do.Dial) and not centre.facts(f.CallArrived) and centre.state("amy") == "paused"


def test_without_a_line_to_the_outside_colleagues_can_be_dialled():
    centre = Centre()
    centre.reconfigure(type(centre.layout)(agents=centre.layout.agents))
    centre.order(c.SignIn, "amy")
    centre.order(c.Dial, "amy", number="13800001111")
    assert centre.last(f.CommandRefused).reason == r.NO_TRUNK
    centre.order(c.Dial, "amy", number="1002")
    assert centre.state("amy") == "dialling"


def test_a_switch_that_is_away_or_takes_nothing_new():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    centre.cut()
    centre.order(c.Dial, "amy", number="13800001111")
    assert centre.last(f.CommandRefused).reason == r.SWITCH_AWAY
    centre.connect()
    centre.drain()
    centre.order_node(c.DrainNode, "n1", force=True)
    centre.order(c.Dial, "amy", number="13800001111")
    assert centre.last(f.CommandRefused).reason == r.NO_OPEN_SWITCH


# --- never twice -----------------------------------------------------------------------------------------------


def test_the_same_order_again_is_no_second_call():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    order = c.Dial(id="once", agent="amy", deadline=centre.now + 60_000_000, number="13800001111")
    centre.take(centre.brain.command(order, centre.now))
    centre.take(centre.brain.command(order, centre.now))
    centre.drain()
    centre.hangs_up("amy")
    centre.take(centre.brain.command(order, centre.now))
    assert len(centre.wishes(do.Dial)) == 1
    rest(centre)


@pytest.mark.parametrize("when", ["her phone rings", "the customer's rings", "they talk"])
def test_a_restart_dials_nothing_and_follows_what_goes_on(when: str):
    centre = Centre()
    call = centre.dials("amy")
    if when != "her phone rings":
        centre.picks_up("amy")
    if when == "they talk":
        centre.exchange.answer(call)
        centre.drain()
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(2)
    if when == "her phone rings":
        centre.picks_up("amy")
    if when != "they talk":
        centre.exchange.answer(call)
        centre.drain()
    assert centre.state("amy") == "talking" and centre.exchange.dialled == {call: 1}
    assert len(centre.wishes(do.Dial)) == 1
    centre.hangs_up(call)
    assert len(centre.facts(f.TalkStarted)) == len(centre.facts(f.TalkEnded)) == 1
    rest(centre)


@pytest.mark.parametrize("answered", [True, False])
def test_what_happened_while_nobody_looked_is_found(answered: bool):
    centre = Centre()
    call = centre.dials("amy")
    centre.die()
    centre.exchange.answer(centre.leg("amy"))
    if answered:
        centre.exchange.answer(call)
    else:
        centre.exchange.refuse(call, "USER_BUSY")
    centre.start()
    centre.drain()
    centre.wait(8)
    assert centre.state("amy") == ("talking" if answered else "paused")
    if answered:
        centre.hangs_up(call)
    assert len(centre.wishes(do.Dial)) == 1
    rest(centre)


def test_a_daemon_without_memory_adopts_the_pair_that_talks():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    leg = centre.leg("amy")
    centre.die()
    centre.view = type(centre.view)()
    centre.start()
    centre.drain()
    centre.wait(6)
    assert {call, leg} <= set(centre.exchange.legs), "talking parties talk on"
    assert centre.state("amy") == "talking"
    adopted = centre.last(f.CallArrived)
    assert (adopted.call_id, adopted.direction, adopted.number) == (call, "outbound", NUMBER)
    centre.hangs_up(call)
    assert centre.state("amy") == "wrapup"


def test_a_daemon_without_memory_ends_what_only_rings():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.die()
    centre.view = type(centre.view)()
    centre.start()
    centre.drain()
    centre.wait(6)
    assert not centre.exchange.legs and centre.exchange.dialled == {call: 1}


def test_the_link_breaks_as_the_order_leaves():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    centre.exchange.linked = False  # what leaves now is lost, and nobody knows it yet
    call = centre.order(c.Dial, "amy", number="13800001111")
    centre.drain_replies()
    centre.cut()
    centre.connect()
    centre.drain()
    centre.wait(8)
    assert end_of(centre, call)[0] == "failed"
    assert centre.state("amy") == "paused" and not centre.exchange.dialled
    rest(centre)


def test_the_switch_crashes_under_it():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.crash()
    centre.cut()
    centre.connect()
    centre.drain()
    assert end_of(centre, call)[:2] == ("failed", "switch_crash")
    assert centre.state("amy") == "paused"
    rest(centre)


def test_two_switches_the_call_is_where_her_phone_is():
    centre = Centre(nodes=("n1", "n2"))
    centre.exchanges["n2"].register("1001")
    centre.drain()
    centre.dials("amy")
    (wish,) = centre.wishes(do.Dial)
    assert (wish.node, wish.via) == ("n2", "")
    centre.exchanges["n1"].register("1002")
    centre.drain()
    centre.order(c.HangUp, "amy")
    centre.drain()
    call = centre.dials("amy", "1002")
    wish = centre.wishes(do.Dial)[-1]
    assert (wish.node, wish.via) == ("n1", "n2"), "a colleague is rung where her phone is"
    (far,) = [leg for leg in centre.exchanges["n2"].legs.values() if leg.agent]
    centre.exchanges["n2"].answer(far.uuid)
    centre.drain()
    centre.exchange.answer(call)
    centre.drain()
    assert centre.state("amy") == "talking"
    centre.exchange.hang_up(call)
    centre.drain()
    assert not centre.exchanges["n1"].legs and not centre.exchanges["n2"].legs


def test_a_daemon_that_is_stopped_lets_her_phone_be_but_not_a_talk_begin():
    centre = Centre()
    call = centre.dials("amy")
    centre.take(centre.brain.stopping(centre.now))
    centre.drain()
    centre.wait(3)
    assert not centre.exchange.legs and not centre.exchange.dialled
    assert len(centre.facts(f.CallEnded, call_id=call)) == 1
