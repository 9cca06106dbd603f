"""Blind transfers: to an agent, a queue, a number; who is not reached comes back."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.laws import over

NUMBER = "+8613900002222"


def centre_with_ann(*others: str) -> Centre:
    """Ann talks to Amy; the others are ready."""
    centre = Centre()
    centre.talking("ann", "amy")
    centre.ready(*others)
    centre.after_each = lambda: laws.always(centre)
    return centre


def passes(centre: Centre, what: str, to: str, agent: str = "amy") -> str:
    order = centre.order(c.Transfer, agent, what=what, to=to)
    centre.drain()
    return order


def refused(centre: Centre) -> str:
    found = centre.facts(f.CommandRefused)
    return found[-1].reason if found else ""


def test_to_a_colleague_who_takes_her():
    centre = centre_with_ann("bob")
    order = passes(centre, "agent", "bob")
    told = centre.last(f.CallTransferred)
    assert (told.how, told.what, told.to, told.agent, told.command_id) == ("blind", "agent", "bob", "amy", order)
    assert centre.last(f.TalkEnded).ended_by == "transfer"
    assert (centre.state("amy"), centre.state("bob"), centre.stage("ann")) == ("wrapup", "offered", "offered")
    offer = centre.last(f.OfferMade)
    assert (offer.agent, offer.visit, offer.queue, offer.reason) == ("bob", "", "", "transfer:from=amy")
    assert centre.view.calls["ann"].agent == "bob", "the card follows when the phone rings"
    centre.wait(2)
    centre.picks_up("bob")
    assert (centre.stage("ann"), centre.view.calls["ann"].goal) == ("talking", "")
    centre.hangs_up("bob")
    assert centre.exchange.legs["ann"].stage == "survey"
    over(centre)
    assert centre.last(f.CallEnded).ended_by == "agent"
    assert [talk.agent for talk in centre.facts(f.TalkEnded)] == ["amy", "bob"]


def test_a_held_customer_is_passed_on_out_of_the_music():
    centre = centre_with_ann("bob")
    centre.order(c.Hold, "amy")
    centre.drain()
    passes(centre, "agent", "bob")
    assert centre.facts(f.HoldEnded) and centre.stage("ann") == "offered"
    over(centre)


def test_to_a_queue_is_a_visit_of_its_own_linked_to_the_talk():
    centre = Centre(directory(support=(("amy", 1),), billing=(("bob", 1),)))
    centre.talking("ann", "amy")
    talk = centre.last(f.TalkStarted).offer
    passes(centre, "queue", "billing")
    first, second = centre.facts(f.QueueEntered)
    assert (first.linked_from, second.linked_from, second.queue) == ("", talk, "billing")
    assert second.entered == centre.now, "the new wait counts from now"
    centre.ready("bob")
    centre.picks_up("bob")
    assert centre.last(f.QueueLeft).exit == "answered"
    over(centre)


def test_to_a_number_outside():
    centre = centre_with_ann()
    passes(centre, "number", "13900002222")
    called = centre.last(f.PartyCalled)
    assert (called.outside, called.agent, called.trunk, called.shows) == (NUMBER, "amy", "carrier", "+862160001111")
    wish = centre.wishes(do.Originate)[-1]
    assert (wish.phone, wish.gateway) == (NUMBER, "carrier")
    centre.wait(3)
    centre.exchange.answer(called.offer)
    centre.drain()
    assert (centre.stage("ann"), centre.view.calls["ann"].outside) == ("talking", NUMBER)
    centre.wait(30)
    centre.hangs_up(called.offer)
    left = centre.last(f.PartyLeft)
    assert (left.result, left.talk_ms) == ("answered", 30_000)
    over(centre)
    assert len(centre.facts(f.TalkEnded)) == 1, "what she says outside is no agent's talk"


def test_an_extension_is_the_colleague_behind_it():
    centre = centre_with_ann("bob")
    passes(centre, "number", "1002")
    assert centre.last(f.CallTransferred).to == "bob" and centre.offered() == {"bob": "ann"}
    over(centre)


@pytest.mark.parametrize(
    "what, to, reason",
    [
        ("agent", "bob", r.NOT_FREE), ("agent", "zoe", r.NO_SUCH_TARGET), ("agent", "amy", r.OWN_NUMBER),
        ("queue", "none", r.NO_SUCH_TARGET), ("number", "12", r.NO_NUMBER),
        ("number", "0044 20 7946 0000", r.NATIONAL_ONLY),
    ],
)  # fmt: skip
def test_refused_before_she_is_moved(what: str, to: str, reason: str):
    centre = centre_with_ann()
    passes(centre, what, to)
    assert refused(centre) == reason
    assert centre.stage("ann") == "talking" and not centre.wishes(do.Transfer)
    over(centre)


def test_twice_is_once():
    centre = centre_with_ann("bob")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    assert refused(centre) == r.TRANSFERRED_ALREADY
    centre.drain()
    over(centre)


def test_who_does_not_answer_gives_her_back_to_the_agent():
    centre = centre_with_ann("bob")
    passes(centre, "agent", "bob")
    centre.misses("bob")
    centre.wait(0.1)
    assert centre.last(f.CallTransferred).how == "returned"
    assert centre.offered() == {"amy": "ann"}, "she wraps this call up: it is hers again"
    assert centre.brain.world.agents["bob"].misses == 0, "no miss of a queue's call"
    centre.picks_up("amy")
    assert centre.stage("ann") == "talking"
    over(centre)


def test_where_the_agent_is_busy_she_is_the_first_in_the_queue():
    centre = centre_with_ann("bob")
    passes(centre, "agent", "bob")
    centre.order(c.Pause, "amy", reason="tea")
    centre.after_each = lambda: None
    centre.waiting("lil")
    centre.waiting("sue")
    centre.misses("bob")  # who is offered Lil at once, before Ann is back
    centre.wait(0.1)
    assert centre.last(f.QueueEntered, call_id="ann").linked_from == centre.last(f.CallTransferred).offer
    waiting = centre.brain.world.queues["support"].waiting
    assert [call for _, call in waiting] == ["ann", "sue"], "before who came later"
    over(centre)


def test_neither_the_agent_takes_her_back():
    centre = centre_with_ann("bob")
    passes(centre, "agent", "bob")
    centre.misses("bob")
    centre.wait(0.1)
    centre.misses("amy")
    centre.wait(0.1)
    told = [(fact.how, fact.what) for fact in centre.facts(f.CallTransferred)]
    assert told == [("blind", "agent"), ("returned", "agent"), ("returned", "queue")]
    over(centre)


def test_a_number_that_is_busy_gives_her_back():
    centre = centre_with_ann()
    passes(centre, "number", NUMBER)
    centre.hangs_up(centre.last(f.PartyCalled).offer, "USER_BUSY")
    assert centre.last(f.PartyLeft).result == "busy"
    centre.wait(0.1)
    assert centre.offered() == {"amy": "ann"}
    over(centre)


def test_she_hangs_up_while_it_rings():
    centre = centre_with_ann("bob")
    passes(centre, "agent", "bob")
    centre.hangs_up("ann")
    assert (centre.stage("ann"), centre.state("bob")) == ("", "ready")
    assert centre.last(f.CallEnded).ended_by == "customer"
    over(centre)


def test_a_dialled_customer_is_passed_on_too():
    centre = Centre()
    centre.ready("bob")
    call = centre.rings_out("amy")
    centre.wait(2)
    centre.exchange.answer(call)
    centre.drain()
    centre.wait(5)
    passes(centre, "agent", "bob")
    assert centre.state("amy") in ("wrapup", "paused") and centre.offered() == {"bob": call}
    centre.picks_up("bob")
    centre.wait(5)
    centre.hangs_up("bob")
    assert centre.exchange.legs[call].stage == "survey", "in our hands like any other"
    over(centre)
    assert centre.last(f.CallEnded).call_id == call


def test_her_leg_comes_before_the_end_of_the_agents_or_after_it():
    for first in ("leases", "offer"):
        centre = centre_with_ann("bob")
        centre.order(c.Transfer, "amy", what="agent", to="bob")
        lines = sorted(centre.exchange.said, key=lambda line, first=first: not line.startswith(first))
        for line in lines:
            while line in centre.exchange.said:
                centre.deliver(line)
        centre.drain()
        assert centre.offered() == {"bob": "ann"}
        assert len(centre.facts(f.TalkEnded)) == 1
        over(centre)


@pytest.mark.parametrize("when", ["before it was done", "on her way", "while it rings"])
def test_a_new_daemon_goes_on_with_it(when: str):
    centre = centre_with_ann("bob")
    if when == "before it was done":
        perform, centre._perform = centre._perform, lambda effect: None
        centre.order(c.Transfer, "amy", what="agent", to="bob")
        centre._perform = perform
    else:
        centre.order(c.Transfer, "amy", what="agent", to="bob")
    if when == "while it rings":
        centre.drain()
    centre.after_each = lambda: None
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(15)
    assert "ann" in centre.exchange.legs and "ann" in centre.brain.world.calls
    assert set(centre.offered().values()) == {"ann"}, "somebody is rung for her"
    over(centre)


def test_a_lost_wish_is_said_again():
    centre = centre_with_ann("bob")
    perform, centre._perform = centre._perform, lambda effect: None
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    centre._perform = perform
    assert centre.stage("ann") == "talking"
    centre.wait(4)
    assert centre.offered() == {"bob": "ann"}
    over(centre)
