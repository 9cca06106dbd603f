"""An agent dials: her own phone first, then the customer's, and every way in which that may end."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.dialling import MOVED
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
        (MOVED, "refused"), ("REQUESTED_CHAN_UNAVAIL", "failed"),
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


@pytest.mark.parametrize(("picked_up", "by"), [(False, "page"), (True, "page"), (True, "phone")])
def test_she_gives_up_while_it_rings(picked_up: bool, by: str):
    """The customer's leg ends with a cancel, and so does the record, whatever her own phone says."""
    centre = Centre()
    call = centre.rings_out("amy") if picked_up else centre.dials("amy")
    if by == "page":
        centre.order(c.HangUp, "amy")
    else:
        centre.exchange.hang_up(centre.leg("amy"))
    centre.drain()
    assert end_of(centre, call) == ("cancelled", "ORIGINATOR_CANCEL", "agent")
    assert centre.facts(f.CallEnded, call_id=call)[0].cause == "ORIGINATOR_CANCEL"
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
    centre.reconfigure(type(centre.layout)(agents=centre.layout.agents, home=centre.layout.home))
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
