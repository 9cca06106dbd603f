"""A trunk fails under a call to a number: it is tried over the next, and only while nothing rang."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Trunk
from switchctl.model import effects as do
from switchctl.policy.failover import TRUNK_FAILED
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.test_consult import asks, partners
from tests.policy.test_transfers import NUMBER, over, passes


def ann_talks(*gateways: str) -> Centre:
    """To Amy; these are the ways to the outside."""
    trunks = tuple(Trunk(gateway=name) for name in gateways)
    centre = Centre(msgspec.structs.replace(directory(), trunks=trunks))
    centre.talking("ann", "amy")
    centre.after_each = lambda: laws.always(centre)
    return centre


def called(centre: Centre) -> list[str]:
    """Over which gateways the number was called, in their order."""
    wished = [wish.gateway for wish in centre.wishes(do.Originate) if wish.gateway]
    assert wished == [fact.trunk for fact in centre.facts(f.PartyCalled)]
    return wished


def ringing(centre: Centre) -> str:
    return centre.facts(f.PartyCalled)[-1].offer


def fails(centre: Centre, cause: str) -> None:
    centre.exchange.refuse(ringing(centre), cause)
    centre.drain()


@pytest.mark.parametrize("cause", sorted(TRUNK_FAILED))
def test_the_next_takes_her(cause: str):
    centre = ann_talks("one", "two")
    passes(centre, "number", NUMBER)
    fails(centre, cause)
    assert called(centre) == ["one", "two"] and centre.stage("ann") == "offered"
    gone = centre.last(f.PartyLeft)
    assert (gone.cause, gone.result, gone.offer) == (cause, "failed", centre.facts(f.PartyCalled)[0].offer)
    assert centre.brain.world.calls["ann"].leases and len(centre.facts(f.CallTransferred)) == 1
    centre.exchange.answer(ringing(centre))
    centre.drain()
    assert (centre.stage("ann"), centre.view.calls["ann"].outside) == ("talking", NUMBER)
    over(centre)


def test_each_is_tried_once_and_then_she_returns():
    centre = ann_talks("one", "two", "three")
    passes(centre, "number", NUMBER)
    for _ in range(3):
        fails(centre, "NORMAL_TEMPORARY_FAILURE")
    assert called(centre) == ["one", "two", "three"]
    centre.wait(0.1)
    assert centre.offered() == {"amy": "ann"} and centre.last(f.CallTransferred).how == "returned"
    over(centre)


@pytest.mark.parametrize(
    "cause", ["USER_BUSY", "NO_ANSWER", "UNALLOCATED_NUMBER", "CALL_REJECTED", "NO_USER_RESPONSE", "NORMAL_CLEARING"]
)
def test_what_says_something_of_who_is_called_is_final(cause: str):
    centre = ann_talks("one", "two")
    passes(centre, "number", NUMBER)
    fails(centre, cause)
    assert called(centre) == ["one"]
    over(centre)


def test_once_it_rang_nothing_is_tried_again():
    centre = ann_talks("one", "two")
    passes(centre, "number", NUMBER)
    centre.exchange.legs[ringing(centre)].rang_us = centre.now
    fails(centre, "NORMAL_TEMPORARY_FAILURE")
    assert called(centre) == ["one"]
    over(centre)


def test_a_gateway_that_is_down_has_no_leg():
    centre = ann_talks("one", "two")
    perform = centre.exchange._do[do.Originate]
    centre.exchange._do[do.Originate] = lambda wish: centre.exchange._job(wish.leg, "-ERR GATEWAY_DOWN\n")
    centre.order(c.Transfer, "amy", what="number", to=NUMBER)
    while not centre.facts(f.PartyCalled):
        centre.deliver(next(iter(centre.exchange.said)))
    centre.exchange._do[do.Originate] = perform
    centre.drain()
    assert called(centre) == ["one", "two"] and ringing(centre) in centre.exchange.legs
    over(centre)


@pytest.mark.parametrize("rang", [False, True])
def test_the_word_of_the_job_overtakes_that_of_the_leg(rang: bool):
    centre = ann_talks("one", "two")
    passes(centre, "number", NUMBER)
    leg = ringing(centre)
    centre.exchange.legs[leg].rang_us = centre.now if rang else 0
    centre.exchange.refuse(leg, "NORMAL_TEMPORARY_FAILURE")
    centre.deliver(f"job {leg}")
    assert called(centre) == ["one"] and centre.stage("ann") == "offered"
    centre.drain()
    assert called(centre) == (["one"] if rang else ["one", "two"])
    over(centre)


def test_the_leg_has_no_word():
    centre = ann_talks("one", "two")
    passes(centre, "number", NUMBER)
    leg = ringing(centre)
    centre.exchange.refuse(leg, "NORMAL_TEMPORARY_FAILURE")
    centre.deliver(f"job {leg}")
    while leg in centre.exchange.said:
        centre.lose(leg)
    centre.wait(3)
    assert called(centre) == ["one"] and centre.stage("ann") == "offered" and centre.offered() == {"amy": "ann"}
    over(centre)


def test_one_that_is_full_down_or_takes_other_numbers_is_passed_over():
    centre = ann_talks("one", "two", "three")
    trunks = (Trunk(gateway="one"), Trunk(gateway="two", prefixes=("021",)), Trunk(gateway="three"))
    centre.reconfigure(msgspec.structs.replace(centre.layout, trunks=trunks))
    centre.brain.world.trunks["three", "n1"] = "down"
    passes(centre, "number", NUMBER)
    fails(centre, "NETWORK_OUT_OF_ORDER")
    assert called(centre) == ["one"]
    over(centre)


def test_asked_beside_a_call():
    centre = ann_talks("one", "two")
    asks(centre, "number", NUMBER)
    fails(centre, "NORMAL_TEMPORARY_FAILURE")
    assert called(centre) == ["one", "two"]
    assert [fact.result for fact in centre.facts(f.ConsultEnded)] == ["unreached"]
    centre.exchange.answer(ringing(centre))
    centre.drain()
    assert partners(centre)["amy"] == ringing(centre), "and Ann has music on"
    centre.order(c.CompleteTransfer, "amy")
    centre.drain()
    assert partners(centre)["ann"] == centre.last(f.PartyJoined).offer
    over(centre)


def test_asked_and_let_go_in_that_moment():
    centre = ann_talks("one", "two")
    asks(centre, "number", NUMBER)
    centre.order(c.CancelConsult, "amy")
    centre.drain()
    assert called(centre) == ["one"] and centre.stage("ann") == "talking"
    over(centre)


@pytest.mark.parametrize("how", ["transfer", "consult"])
def test_a_daemon_that_did_not_see_the_beginning_tries_nothing(how: str):
    centre = ann_talks("one", "two")
    centre.after_each = lambda: None
    if how == "transfer":
        passes(centre, "number", NUMBER)
    else:
        asks(centre, "number", NUMBER)
    leg = ringing(centre)
    centre.die()
    centre.start()
    if leg in centre.exchange.legs:
        centre.exchange.refuse(leg, "NORMAL_TEMPORARY_FAILURE")
    centre.drain()
    assert called(centre) == ["one"]
    over(centre)


def test_what_an_agent_dials_is_dialled_once():
    centre = Centre(msgspec.structs.replace(directory(), trunks=(Trunk(gateway="one"), Trunk(gateway="two"))))
    call = centre.rings_out("amy")
    centre.exchange.refuse(call, "NORMAL_TEMPORARY_FAILURE")
    centre.drain()
    assert len(centre.wishes(do.Dial)) == 1 and centre.last(f.DialEnded).result == "failed"
    centre.wait(90)
    laws.at_the_end(centre)
