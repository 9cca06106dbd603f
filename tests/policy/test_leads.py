"""A customer is called for a campaign or a callback: once, in time, and only if she may be."""

from typing import Any

import pytest
from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.dialling import Home
from switchctl.contract.numberlists import Entry
from switchctl.model import effects as do
from tests.policy.centre import NOON, SECOND, Centre
from tests.policy.test_dialler import centre_with, dialling, spring

NUMBER = "+8613800001111"


def orders(centre: Centre, call: str = "attempt-1", agent: str = "amy", deadline_s: float = 5, **fields: Any) -> None:
    """The CRM has this attempt dialled."""
    fields = {"number": NUMBER, **fields}
    command = c.DialLead(id=call, agent=agent, deadline=centre.now + int(deadline_s * SECOND), **fields)
    centre.take(centre.brain.command(command, centre.now))
    centre.drain()


def refused(centre: Centre) -> list[tuple[str, str]]:
    return [(fact.command_id, fact.reason) for fact in centre.facts(f.CommandRefused)]


def test_her_dialling_class_is_not_asked():
    centre = Centre()
    centre.layout = structs.replace(
        centre.layout, agents=tuple(structs.replace(agent, dialling="none") for agent in centre.layout.agents)
    )
    centre.reconfigure(centre.layout)
    centre.ready("amy")
    orders(centre, ring_s=33, shows="+861020000009")
    (wish,) = centre.wishes(do.Dial)
    assert (wish.customer, wish.dial_s, wish.sure) == ("attempt-1", 33, True)
    assert wish.customer_variables["origination_caller_id_number"] == "+861020000009"
    assert "sip_auto_answer" not in wish.variables


@pytest.mark.parametrize(("prompt", "patience"), [("prompts/own.wav", 93), ("", 33)])
def test_a_prompt_comes_before_the_talk_and_is_waited_for(prompt: str, patience: int):
    """Its length counts on top of the ring time of the customer's phone, which stays as it is."""
    centre = Centre()
    centre.ready("amy")
    orders(centre, ring_s=33, prompt=prompt)
    (wish,) = centre.wishes(do.Dial)
    assert (wish.prompt, wish.dial_s) == (prompt, 33)
    assert centre.brain.world.offers[wish.leg].dial_s == patience


def prompted() -> tuple[Centre, str]:
    """The customer has picked up and hears the prompt."""
    centre = Centre()
    centre.ready("amy")
    orders(centre, ring_s=33, prompt="prompts/own.wav")
    (wish,) = centre.wishes(do.Dial)
    centre.exchange.answer(wish.leg)
    centre.drain()
    centre.exchange.answer("attempt-1")
    centre.drain()
    assert centre.last(f.CallAnswered) and not centre.facts(f.TalkStarted)
    return centre, wish.leg


def test_the_talk_begins_when_the_prompt_is_over():
    centre, _leg = prompted()
    centre.wait(60)
    assert centre.state("amy") == "dialling"
    centre.exchange.early_media("attempt-1")  # joined, as then
    centre.drain()
    assert centre.last(f.TalkStarted).agent == "amy"
    assert [fact.result for fact in centre.facts(f.DialEnded)] == ["answered"]


@pytest.mark.parametrize("who", ["customer", "agent", "nobody"])
def test_who_picked_up_was_reached_though_the_prompt_was_the_end_of_it(who: str):
    centre, leg = prompted()
    if who == "nobody":
        centre.wait(33 + 60 + 6)  # the switch never says that it is over
    else:
        centre.hangs_up("attempt-1" if who == "customer" else leg)
    assert [fact.result for fact in centre.facts(f.DialEnded)] == ["answered"]
    assert centre.facts(f.CallEnded) and not centre.facts(f.TalkStarted) and not centre.exchange.legs


@pytest.mark.parametrize("first", ["customer", "agent"])
@pytest.mark.parametrize("who", ["customer", "agent"])
def test_who_hung_up_during_the_prompt_is_known_whichever_leg_is_told_first(who: str, first: str):
    """Two legs that end together are told by two threads of the switch (seen on a busy one)."""
    centre, leg = prompted()
    legs = {"customer": "attempt-1", "agent": leg}
    centre.exchange.hang_up(legs[who])
    while legs[first] in centre.exchange.said:
        centre.deliver(legs[first])
    centre.drain()
    centre.wait(5)
    assert [(fact.ended_by, fact.source) for fact in centre.facts(f.CallEnded)] == [(who, "esl")]
    assert [fact.result for fact in centre.facts(f.DialEnded)] == ["answered"]


def test_a_ring_time_of_its_own_and_without_one_the_centres():
    for ring_s, rings in ((25, 25), (0, 60)):
        centre = Centre()
        centre.ready("amy")
        orders(centre, ring_s=ring_s)
        centre.picks_up("amy")
        centre.wait(rings + 4)
        assert not centre.facts(f.DialEnded)
        centre.wait(2)
        assert centre.last(f.DialEnded).result == "no_answer"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("110", r.NO_CUSTOMER),
        ("1002", r.NO_CUSTOMER),
        ("16899990000", r.PREMIUM_NUMBER),
        ("nonsense", r.NO_NUMBER),
        ("+8613900009999", r.ON_BLACK_LIST),
        ("+8613900008888", r.ON_NO_CALL_LIST),
    ],
)
def test_what_is_never_dialled_for_a_campaign(number: str, sentence: str):
    """By a command and from a hopper alike."""
    centre = centre_with(spring())
    centre.list_numbers(
        Entry(1, "black", "out", "number", "+8613900009999"), Entry(2, "no_call", "out", "number", "+8613900008888")
    )
    centre.ready("amy")
    orders(centre, number=number)
    centre.lead("lead-1", number=number)
    centre.wait(2)
    assert refused(centre) == [("attempt-1", sentence), ("lead-1", sentence)]
    assert [fact.agent for fact in centre.facts(f.CommandRefused)] == ["amy", ""]
    assert centre.state("amy") == "ready" and not centre.wishes(do.Dial) and not centre.hoppers["spring"]


def test_a_white_number_in_a_black_segment_is_dialled():
    centre = Centre()
    centre.list_numbers(Entry(1, "black", "out", "prefix", "+86138"), Entry(2, "white", "out", "number", NUMBER))
    centre.ready("amy")
    orders(centre, "attempt-1", number="+8613800002222")
    orders(centre, "attempt-2")
    assert refused(centre) == [("attempt-1", r.ON_BLACK_LIST)] and dialling(centre) == {"amy": "attempt-2"}


@pytest.mark.parametrize("outside", [(), ("021",), ("+44", "139")])
def test_what_the_centre_has_not_opened_is_dialled_on_no_path(outside: tuple[str, ...]):
    centre = centre_with(spring())
    centre.reconfigure(structs.replace(centre.layout, home=Home(area="21", outside=outside)))
    centre.list_numbers(Entry(1, "white", "both", "number", NUMBER))
    centre.ready("amy")
    orders(centre)
    own = centre.order(c.Dial, "amy", number="13800001111")
    centre.lead("lead-1")
    centre.wait(2)
    assert refused(centre) == [(name, r.NOT_OPENED) for name in ("attempt-1", own, "lead-1")]
    centre.order(c.Dial, "amy", number="110")
    assert dialling(centre), "emergency numbers are always open"


def test_lists_that_are_not_known_are_waited_for_and_a_command_is_refused():
    centre = Centre()
    centre.brain.world.lists = None
    centre.ready("amy")
    orders(centre)
    assert refused(centre) == [("attempt-1", r.LISTS_UNKNOWN)]


def test_once_its_hours_are_over_it_is_not_dialled():
    centre = centre_with(spring())
    centre.ready("amy")
    orders(centre, until=centre.now)
    centre.lead("lead-1", until=centre.now + SECOND // 2)
    centre.wait(1)
    assert refused(centre) == [("attempt-1", r.HOURS_OVER), ("lead-1", r.HOURS_OVER)]
    orders(centre, "attempt-2", until=centre.now + 2 * SECOND)
    assert dialling(centre) == {"amy": "attempt-2"}


def test_her_phone_stops_ringing_before_the_hours_end():
    """The switch calls the customer when it is picked up, whether we live or not."""
    rings = []
    for left_s in (3.0, 9.9, 3600):
        centre = Centre()
        centre.ready("amy")
        orders(centre, until=centre.now + int(left_s * SECOND))
        rings.append(centre.wishes(do.Dial)[0].ring_s)
    assert rings == [2, 8, centre.brain.world.agents["amy"].profile.ring_s]


@pytest.mark.parametrize("rings", ["hers", "the customer's"])
def test_who_comes_on_a_list_while_the_agents_phone_rings_is_not_called(rings: str):
    centre = centre_with(spring())
    centre.lead("lead-1", number=NUMBER)
    centre.ready("amy")
    if rings != "hers":
        centre.picks_up("amy")
    centre.list_numbers(Entry(1, "no_call", "out", "number", NUMBER))
    centre.drain()
    if rings == "hers":
        assert centre.last(f.DialEnded, call_id="lead-1").result == "cancelled"
        assert centre.state("amy") == "ready" and not centre.exchange.dialled
    else:
        assert centre.exchange.dialled == {"lead-1": 1} and not centre.facts(f.DialEnded)


def test_what_has_expired_while_it_was_on_its_way_is_dropped():
    centre = centre_with(spring())
    centre.ready("amy")
    centre.lead("lead-1", expires=centre.now + SECOND)
    centre.wait(1, drain=False)
    lead = centre.hoppers["spring"].pop()
    (asked,) = centre.asked
    centre.asked.clear()
    centre.now += 1
    centre.take(centre.brain.lead_taken(asked.number, "spring", lead, centre.now))
    assert not dialling(centre) and not centre.hoppers["spring"]


@pytest.mark.parametrize("by", ["command", "hopper"])
def test_what_was_said_to_be_over_is_not_begun_though_the_clock_is_put_back(by: str):
    centre = centre_with(spring())
    centre.ready("amy")
    assert centre.brain.settle(centre.now + 30 * SECOND) == [do.Settle(centre.now + 30 * SECOND)]
    assert centre.brain.settle(centre.now) == [do.Settle(centre.now + 30 * SECOND)]
    if by == "command":
        orders(centre, deadline_s=29)
        orders(centre, "attempt-2", deadline_s=30)
    else:
        centre.lead("attempt-1", expires=centre.now + 29 * SECOND)
        centre.lead("attempt-2", expires=centre.now + 30 * SECOND)
        centre.wait(2)
    assert list(dialling(centre).values()) == ["attempt-2"]


def test_what_the_leader_before_said_to_be_over_is_over():
    centre = Centre()
    centre.ready("amy")
    centre.brain.settled_before(centre.now + 6 * SECOND)
    orders(centre)
    assert refused(centre) == [("attempt-1", r.TOO_LATE)]
    centre.order(c.Pause, "amy", reason="tea")
    assert centre.state("amy") == "paused", "what people order does not wait for a clock that was put back"


@pytest.mark.parametrize("by", ["command", "hopper"])
@pytest.mark.parametrize("when", ["dialling", "over", "after_a_restart", "restart_while_it_rings", "long_over"])
def test_no_attempt_is_dialled_twice(by: str, when: str):
    centre = centre_with(spring())
    centre.ready("amy")
    if by == "command":
        orders(centre)
    else:
        centre.lead("attempt-1", expires=NOON + 3600 * SECOND)
        centre.wait(1)
    centre.picks_up("amy")
    if when == "restart_while_it_rings":
        centre.die()
        centre.start()
        centre.drain()
    if when != "dialling":
        centre.exchange.refuse("attempt-1", "USER_BUSY")
        centre.drain()
        centre.wait(200 if when == "long_over" else 3)
    if when == "after_a_restart":
        centre.die()
        centre.start()
        centre.drain()
    told = len(centre.facts(f.DialStarted))
    if centre.state("bob") == "offline":
        centre.ready("bob")
    orders(centre, agent="bob")
    centre.lead("attempt-1", expires=NOON + 3600 * SECOND)
    centre.wait(3)
    assert len(centre.facts(f.DialStarted)) == told == 1
    assert centre.exchange.dialled == {"attempt-1": 1} and not refused(centre)


def test_ids_of_calls_are_forgotten_when_no_order_can_live_any_more():
    centre = Centre()
    centre.ready("amy")
    orders(centre)
    centre.order(c.HangUp, "amy")
    centre.drain()
    centre.wait(601)
    orders(centre, "attempt-2")
    assert list(centre.brain.world.dialled) == ["attempt-2"] == list(centre.view.dialled)


def test_an_order_that_could_not_be_remembered_ends_as_not_dialled():
    centre = Centre()
    centre.ready("amy")
    command = c.DialLead(id="attempt-1", agent="amy", deadline=centre.now + SECOND, number=NUMBER)
    effects = centre.brain.command(command, centre.now)
    wish = next(effect for effect in effects if isinstance(effect, do.Dial))
    centre.take([effect for effect in effects if not isinstance(effect, do.Dial)])
    centre.take(centre.brain.replied(wish.node, wish.leg, False, "-ERR NOT_JOURNALED", centre.now))
    ended = centre.last(f.DialEnded)
    assert (ended.result, ended.cause, centre.state("amy")) == ("own_phone", "NOT_JOURNALED", "unreachable")
