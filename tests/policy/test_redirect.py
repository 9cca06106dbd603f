"""A supervisor sends the caller elsewhere for whom an agent's phone rings."""

import pytest
from msgspec.structs import replace

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import EXTENSION, Extension, Route
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.laws import over

NUMBER = "13900002222"


def rings(*others: str) -> Centre:
    """Amy's phone rings for Ann of the queue; the others are ready afterwards. Cai has a phone and supervises."""
    centre = Centre()
    centre.after_each = lambda: laws.always(centre)
    centre.ready("amy")
    centre.waiting("ann")
    centre.ready(*others)
    return centre


def sends(centre: Centre, what: str, to: str, agent: str = "amy") -> str:
    """What was said against it; "" if it was done."""
    order = centre.order(c.Redirect, agent, what=what, to=to, by="cai")
    centre.drain()
    return next((fact.reason for fact in centre.facts(f.CommandRefused) if fact.command_id == order), "")


def test_to_a_colleague_and_it_is_no_miss():
    centre = rings("bob")
    assert sends(centre, "agent", "bob") == ""
    told = centre.last(f.CallTransferred)
    assert (told.how, told.what, told.to, told.agent, told.by) == ("redirected", "agent", "bob", "amy", "cai")
    ended = centre.last(f.OfferEnded)
    assert (ended.agent, ended.result, ended.misses, told.offer) == ("amy", "cancelled", 0, ended.offer)
    assert centre.last(f.QueueLeft).exit == "overflow"
    assert (centre.state("amy"), centre.state("bob"), centre.stage("ann")) == ("ready", "offered", "offered")
    centre.wait(2)
    centre.picks_up("bob")
    assert (centre.stage("ann"), centre.view.calls["ann"].goal) == ("talking", "")
    centre.hangs_up("bob")
    over(centre)
    assert [talk.agent for talk in centre.facts(f.TalkEnded)] == ["bob"]


def test_to_a_queue_is_a_visit_of_its_own():
    two = directory(support=(("amy", 1),), sales=(("bob", 1),))
    centre = Centre(two)
    centre.ready("amy", "bob")
    centre.waiting("ann")
    assert sends(centre, "queue", "sales") == ""
    left, entered = centre.last(f.QueueLeft), centre.last(f.QueueEntered)
    assert (left.queue, entered.queue, entered.linked_from) == ("support", "sales", centre.facts(f.OfferEnded)[0].offer)
    assert (centre.state("amy"), centre.state("bob")) == ("ready", "offered")
    centre.picks_up("bob")
    assert centre.stage("ann") == "talking"


def test_to_a_number_that_is_busy_and_back_to_her():
    centre = rings()
    assert sends(centre, "number", NUMBER) == ""
    assert centre.last(f.PartyCalled).outside == "+86" + NUMBER
    centre.exchange.refuse(centre.last(f.PartyCalled).offer, "USER_BUSY")
    centre.drain()
    centre.wait(1)
    assert (centre.last(f.CallTransferred).how, centre.state("amy")) == ("returned", "offered")
    centre.picks_up("amy")
    assert centre.stage("ann") == "talking"


def test_a_caller_who_was_transferred_to_her_goes_on():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.ready("bob", "cai")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    centre.drain()
    assert sends(centre, "agent", "cai", "bob") == ""
    assert (centre.state("bob"), centre.state("cai"), centre.stage("ann")) == ("ready", "offered", "offered")
    assert len(centre.facts(f.QueueLeft)) == 1, "that of her first talk"


def test_a_number_that_leads_to_her_extension():
    layout = replace(
        directory(), extensions=(Extension(number="1001", user="amy"), Extension(number="1002", user="bob")),
        routes=(Route(number="4001", target=EXTENSION, to="1001", greeting=""),),
    )  # fmt: skip
    centre = Centre(layout)
    centre.ready("amy", "bob")
    centre.call("ann")
    centre.wait(0)
    assert centre.state("amy") == "offered"
    assert sends(centre, "agent", "bob") == ""
    assert (centre.state("amy"), centre.state("bob")) == ("ready", "offered")
    centre.picks_up("bob")
    assert centre.stage("ann") == "talking"


@pytest.mark.parametrize(
    "what, to, said",
    [("agent", "amy", r.OWN_NUMBER), ("agent", "cai", r.NOT_FREE), ("queue", "none", r.NO_SUCH_TARGET),
     ("number", "12", r.NO_NUMBER)],
)  # fmt: skip
def test_refused_while_her_phone_rings_on(what: str, to: str, said: str):
    centre = rings()
    assert sends(centre, what, to) == said
    assert (centre.state("amy"), centre.stage("ann")) == ("offered", "offered")
    assert not centre.wishes(do.Kill)
    assert not centre.facts(f.QueueLeft)


def test_a_colleague_who_calls_or_asks_her_is_no_customer():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.ready("bob")
    centre.order(c.Consult, "amy", what="agent", to="bob")
    centre.drain()
    assert sends(centre, "queue", "support", "bob") == r.CONSULTED
    centre = Centre()
    centre.ready("bob")
    centre.rings_out("amy", "1002")
    assert sends(centre, "queue", "support", "bob") == r.COLLEAGUE_RINGS


def test_who_answers_in_the_same_moment_has_the_call():
    centre = rings("bob")
    centre.exchange.answer(centre.leg("amy"))
    centre.drain()
    assert sends(centre, "agent", "bob") == r.NO_CALLER_RINGS
    centre = rings("bob")
    centre.order(c.PickUpCall, "bob", of="amy")
    centre.drain()
    assert sends(centre, "queue", "support", "bob") == r.FETCHED
    assert sends(centre, "queue", "support") == ""
    assert centre.last(f.OfferEnded, agent="bob").result == "cancelled", "he wanted to pick it up, and comes too late"


def test_a_daemon_that_dies_meanwhile_goes_on_with_it():
    centre = rings("bob")
    centre.order(c.Redirect, "amy", what="agent", to="bob", by="cai")
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(10)
    assert centre.view.calls["ann"].agent == "bob"
    assert (centre.state("amy"), centre.state("bob")) == ("ready", "offered")
