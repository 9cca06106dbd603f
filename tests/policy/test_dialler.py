"""Which agent works for which campaign, and when: nobody is rung for whom no agent is there, and queues come first."""

from typing import Any

import pytest
from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Campaign, Directory
from switchctl.model import effects as do
from tests.policy.centre import SECOND, Centre, directory
from tests.policy.exchange import NODE


def with_campaigns(*campaigns: Campaign, **queues: tuple[tuple[str, int], ...]) -> Directory:
    """Cai serves support and nobody else does, unless queues are named; the campaigns are these."""
    layout = directory(**(queues or {"support": (("cai", 1),)}))
    return structs.replace(layout, campaigns=campaigns)


def spring(**fields: Any) -> Campaign:
    return Campaign(**{"id": "spring", "members": ("amy", "bob", "cai"), **fields})


def centre_with(*campaigns: Campaign, **queues: tuple[tuple[str, int], ...]) -> Centre:
    return Centre(with_campaigns(*campaigns, **queues))


def dialling(centre: Centre) -> dict[str, str]:
    """Agent → call, of those who are being brought together with a customer."""
    return {a.id: a.call_id for a in centre.brain.world.agents.values() if a.state == "dialling"}


def test_a_ready_agents_phone_is_rung_and_then_the_customers():
    centre = centre_with(spring())
    centre.lead("lead-1", shows="+861020000001", ring_s=25, auto_answer=True, music="local_stream://spring")
    centre.ready("amy")
    assert dialling(centre) == {"amy": "lead-1"} and not centre.exchange.dialled
    (wish,) = centre.wishes(do.Dial)
    assert (wish.phone, wish.customer, wish.number, wish.dial_s) == ("1001", "lead-1", "+8613800001111", 25)
    assert wish.sure and wish.customer_variables["origination_caller_id_number"] == "+861020000001"
    assert wish.variables["sip_auto_answer"] == "true" and "+8613800001111" not in wish.variables.values()
    told = centre.last(f.CallArrived), centre.last(f.DialStarted)
    assert [fact.campaign for fact in told] == ["spring", "spring"]
    centre.picks_up("amy")
    centre.exchange.answer("lead-1")
    centre.drain()
    assert centre.state("amy") == "talking" and centre.exchange.dialled == {"lead-1": 1}
    centre.order(c.Hold, "amy")
    assert centre.wishes(do.Hold)[-1].music == "local_stream://spring"


def test_who_was_not_reached_is_followed_by_the_next_lead_at_once():
    centre = centre_with(spring())
    centre.lead("lead-1")
    centre.lead("lead-2", number="+8613800002222")
    centre.ready("amy")
    centre.picks_up("amy")
    centre.exchange.refuse("lead-1", "USER_BUSY")
    centre.drain()
    assert centre.last(f.DialEnded, call_id="lead-1").result == "busy"
    assert dialling(centre) == {"amy": "lead-2"}


def test_after_a_talk_comes_the_wrap_up_and_then_the_next_lead():
    centre = centre_with(spring())
    centre.lead("lead-1")
    centre.ready("amy")
    centre.picks_up("amy")
    centre.exchange.answer("lead-1")
    centre.drain()
    centre.lead("lead-2")
    centre.hangs_up("lead-1")
    assert centre.state("amy") == "wrapup"
    centre.order(c.FinishWrapUp, "amy")
    centre.drain()
    assert dialling(centre) == {"amy": "lead-2"}


def test_who_is_idle_the_longest_gets_the_first():
    centre = centre_with(spring())
    centre.ready("bob", "amy")
    centre.lead("lead-1")
    centre.lead("lead-2")
    centre.lead("lead-3")
    centre.wait(1)
    assert dialling(centre) == {"bob": "lead-1", "amy": "lead-2"}
    assert [lead.id for lead in centre.hoppers["spring"]] == ["lead-3"]


def test_an_empty_hopper_is_asked_once_a_second_however_many_are_idle():
    centre = centre_with(spring())
    centre.ready("amy", "bob")
    before = len(centre.wishes(do.TakeLead))
    centre.wait(10)
    assert len(centre.wishes(do.TakeLead)) - before == 10


def test_one_question_an_agent_and_one_a_campaign_at_a_time():
    centre = centre_with(spring(), Campaign(id="autumn", members=("amy", "bob")))
    centre.ready("amy", "bob")
    centre.wait(1, drain=False)
    asked = [(wish.campaign, wish.agent) for wish in centre.asked]
    assert asked == [("autumn", "amy")], "bob is next when that is answered"


def test_the_more_important_campaign_comes_first_and_an_empty_one_leaves_her_to_the_other():
    centre = centre_with(spring(priority=1), Campaign(id="autumn", members=("amy",), priority=2))
    centre.lead("for-spring")
    centre.lead("for-autumn", "autumn")
    centre.ready("amy")
    assert dialling(centre) == {"amy": "for-autumn"}
    centre.order(c.HangUp, "amy")
    centre.drain()
    centre.wait(1)
    assert dialling(centre) == {"amy": "for-spring"}


def test_no_more_lines_than_the_campaign_has():
    centre = centre_with(spring(lines=1))
    centre.lead("lead-1")
    centre.lead("lead-2")
    centre.ready("amy", "bob")
    centre.wait(3)
    assert dialling(centre) == {"amy": "lead-1"}
    centre.picks_up("amy")
    centre.exchange.refuse("lead-1", "USER_BUSY")
    centre.drain()
    centre.wait(1)
    assert len(dialling(centre)) == 1 and "lead-2" in dialling(centre).values()


def test_a_lead_of_one_agent_waits_for_her():
    centre = centre_with(spring())
    centre.lead("lead-1", agent="bob")
    centre.lead("lead-2")
    centre.ready("amy")
    assert dialling(centre) == {"amy": "lead-2"}
    centre.ready("bob")
    assert dialling(centre)["bob"] == "lead-1"


# --- queues come first ---------------------------------------------------------------------------------------------


def test_without_blending_who_serves_a_queue_is_left_to_it():
    centre = centre_with(spring())
    centre.lead("lead-1")
    centre.ready("cai")
    centre.wait(5)
    assert centre.state("cai") == "ready"


@pytest.mark.parametrize(("ready", "keep", "dials"), [
    (("amy",), 0, True), (("amy",), 1, False), (("amy", "bob"), 1, True), (("amy", "bob"), 2, False),
])  # fmt: skip
def test_blending_leaves_enough_others_ready(ready: tuple[str, ...], keep: int, dials: bool):
    centre = centre_with(spring(blending=True, keep_ready=keep), support=(("amy", 1), ("bob", 1)))
    centre.ready(*ready)
    centre.lead("lead-1")
    centre.lead("lead-2")
    centre.wait(3)
    assert len(dialling(centre)) == dials


def test_blending_takes_nobody_while_somebody_waits_in_a_queue_of_hers():
    centre = centre_with(spring(blending=True, keep_ready=0, members=("amy",)), support=(("amy", 1), ("bob", 1)))
    centre.waiting("ann")
    centre.lead("lead-1")
    centre.ready("amy")
    assert centre.offered() == {"amy": "ann"} and not dialling(centre)
    centre.misses("amy")
    assert centre.offered() == {"amy": "ann"} and not dialling(centre)


def test_blending_takes_nobody_while_a_caller_is_out_of_the_line_until_a_listing_shows_her():
    """Her leg was gone when it was to be joined, and until the switch says so nobody knows that she does not wait."""
    centre = centre_with(spring(blending=True, keep_ready=0, members=("amy",)), support=(("amy", 1),))
    centre.ready("amy")
    centre.call("ann")
    centre.drain()
    centre.exchange.finish("ann")
    centre.drain()
    leg = centre.leg("amy")
    centre.lead("lead-1")
    centre.wait(2)
    centre.exchange.answer(leg)
    centre.exchange.hang_up("ann")
    centre.deliver(leg)
    centre.drain_replies()
    assert centre.state("amy") == "ready" and centre.view.calls["ann"].stage == "waiting" and not centre.asked
    centre.drain()
    centre.wait(3)
    assert dialling(centre) == {"amy": "lead-1"}


def test_a_caller_who_comes_while_the_hopper_is_asked_has_her():
    centre = centre_with(spring(blending=True, keep_ready=0), support=(("amy", 1),))
    centre.ready("amy")
    centre.call("ann")
    centre.lead("lead-1")
    centre.wait(1, drain=False)
    assert centre.asked and not dialling(centre)
    centre.exchange.finish("ann")
    while centre.exchange.said:
        centre.deliver(next(iter(centre.exchange.said)))
    assert centre.offered() == {"amy": "ann"}
    centre.hopper_answers()
    assert not dialling(centre) and [lead.id for lead in centre.hoppers["spring"]] == ["lead-1"]


# --- what stops it -------------------------------------------------------------------------------------------------


def test_a_campaign_that_pauses_dials_nothing_more_and_what_rings_goes_on():
    centre = centre_with(spring())
    centre.lead("lead-1")
    centre.lead("lead-2")
    centre.ready("amy")
    centre.picks_up("amy")
    centre.reconfigure(with_campaigns())
    centre.exchange.answer("lead-1")
    centre.drain()
    assert centre.state("amy") == "talking"
    centre.hangs_up("lead-1")
    centre.order(c.FinishWrapUp, "amy")
    centre.wait(5)
    assert centre.state("amy") == "ready" and len(centre.wishes(do.Dial)) == 1


def test_a_pause_while_the_hopper_is_asked_puts_the_lead_back():
    centre = centre_with(spring())
    centre.ready("amy")
    centre.lead("lead-1")
    centre.wait(1, drain=False)
    centre.take(centre.brain.swap_directory(with_campaigns(), centre.now))
    centre.hopper_answers()
    assert not dialling(centre) and centre.hoppers["spring"]


@pytest.mark.parametrize("lost", ["ready", "phone", "links", "lists", "trunk", "draining", "stopping"])
def test_without_agent_switch_lists_or_line_nothing_is_asked_for(lost: str):
    centre = centre_with(spring())
    centre.ready("amy")
    world = centre.brain.world
    if lost == "ready":
        centre.order(c.Pause, "amy", reason="tea")
    elif lost == "phone":
        world.devices["1001"] = ""
    elif lost == "links":
        centre.cut()
    elif lost == "lists":
        world.lists = None
    elif lost == "trunk":
        centre.reconfigure(structs.replace(centre.layout, trunks=()))
    elif lost == "draining":
        centre.order_node(c.DrainNode, NODE, force=True)
    elif lost == "stopping":
        centre.take(centre.brain.stopping(centre.now))
    before = len(centre.wishes(do.TakeLead))
    centre.lead("lead-1")
    centre.wait(5, drain=False)
    assert len(centre.wishes(do.TakeLead)) == before and not centre.wishes(do.Dial)


def test_a_hopper_that_cannot_be_asked_is_asked_again_a_second_later():
    centre = centre_with(spring())
    centre.ready("amy")
    centre.lead("lead-1")
    centre.wait(1, drain=False)
    centre.hopper_answers(away=True)
    assert not dialling(centre)
    centre.wait(1)
    assert dialling(centre) == {"amy": "lead-1"}


def test_a_question_that_is_never_answered_is_forgotten_and_a_late_answer_is_put_back():
    centre = centre_with(spring())
    centre.ready("amy")
    centre.wait(1, drain=False)
    (lost,) = centre.asked
    centre.asked.clear()
    centre.lead("lead-1")
    centre.wait(12)
    assert dialling(centre) == {"amy": "lead-1"}
    centre.lead("lead-2")
    late = centre.hoppers["spring"].pop()
    centre.take(centre.brain.lead_taken(lost.number, "spring", late, centre.now))
    assert centre.hoppers["spring"] == [late]


def test_an_agent_whom_no_switch_reaches_does_not_hold_the_others_up():
    centre = Centre(with_campaigns(spring()), (NODE, "n2"))
    centre.ready("amy", "bob")
    world = centre.brain.world
    world.phones.put("1001", "n2", 0, centre.now + 10**12)
    centre.cut("n2")
    centre.lead("lead-1")
    centre.lead("lead-2")
    centre.wait(2)
    assert dialling(centre) == {"bob": "lead-1"}


def test_who_does_not_pick_up_for_campaigns_is_paused_before_she_wears_the_list_out():
    centre = centre_with(spring())
    for number in range(4):
        centre.lead(f"lead-{number}", expires=centre.now + 600 * SECOND)
    centre.ready("amy")
    centre.misses("amy")
    assert centre.last(f.DialEnded).result == "own_phone" and dialling(centre) == {"amy": "lead-1"}
    centre.misses("amy")
    assert (centre.state("amy"), centre.brain.world.agents["amy"].reason) == ("paused", "missed-calls")
    assert not centre.exchange.dialled
