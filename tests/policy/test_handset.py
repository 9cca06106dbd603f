"""Phones that act by themselves: they dial under the rules of the page, and their transfer key is one of the page."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import Route
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import LEASES, Centre, directory

NUMBER = "+8613800001111"


def dials(centre: Centre, digits: str, extension: str = "1001", leg: str = "hers") -> do.Transfer:
    """A phone dials; where the daemon sends its leg."""
    centre.exchange.phone_dials(leg, extension, digits)
    centre.drain()
    (sent,) = [wish for wish in centre.wishes(do.Transfer) if wish.leg == leg]
    return sent


def refused(centre: Centre) -> tuple[str, str]:
    told = centre.last(f.CommandRefused)
    return told.command, told.reason


@pytest.fixture
def amy() -> Centre:
    """Amy is ready."""
    centre = Centre()
    centre.ready("amy")
    centre.after_each = lambda: laws.always(centre)
    return centre


def test_it_is_a_call_of_its_agent(amy: Centre):
    sent = dials(amy, "13800001111")
    assert (sent.context, sent.extension) == ("calls", "dial-outside")
    started = amy.last(f.DialStarted)
    assert (started.agent, started.offer, started.dials) == ("amy", "hers", "national")
    told = [type(fact) for fact in amy.told[-4:]]
    assert told == [f.CallArrived, f.AgentStateChanged, f.DialStarted, f.DialProceeded]
    call = started.call_id
    assert amy.state("amy") == "dialling" and amy.view.calls[call].number == NUMBER
    amy.exchange.answer(call)
    amy.drain()
    assert (amy.state("amy"), amy.stage(call)) == ("talking", "talking")
    amy.hangs_up("hers")
    amy.wait(120)
    assert amy.last(f.CallEnded).ended_by == "agent"
    laws.at_the_end(amy)


@pytest.mark.parametrize("who", ["hers", "customer"])
def test_nobody_is_reached(amy: Centre, who: str):
    dials(amy, "13800001111")
    call = amy.last(f.DialStarted).call_id
    if who == "hers":
        amy.hangs_up("hers", "ORIGINATOR_CANCEL")
    else:
        amy.exchange.refuse(call, "USER_BUSY")
        amy.drain()
    amy.wait(5)
    assert amy.last(f.DialEnded).result == ("cancelled" if who == "hers" else "busy")
    assert amy.state("amy") == "ready"
    laws.at_the_end(amy)


@pytest.mark.parametrize(
    ("digits", "reason", "said"),
    [
        ("*99", r.NO_NUMBER, "refused-number"), ("1001", r.OWN_NUMBER, "refused-number"),
        ("0012025550123", r.NATIONAL_ONLY, "refused-number"),
    ],
)  # fmt: skip
def test_the_rules_of_the_page(amy: Centre, digits: str, reason: str, said: str):
    assert dials(amy, digits).extension == said
    assert refused(amy) == ("PhoneDial", reason)
    assert not amy.facts(f.CallArrived) and amy.state("amy") == "ready"


def test_only_in_a_state_in_which_the_page_lets_her_dial(amy: Centre):
    amy.talking("ann", "amy")
    assert dials(amy, "13800001111").extension == "refused-now"
    assert refused(amy) == ("PhoneDial", r.TALKING)
    amy.order(c.HangUp, "amy")
    amy.drain()
    amy.order(c.SignOut, "amy")
    assert dials(amy, "13800001111", leg="again").extension == "refused-now"
    assert refused(amy) == ("PhoneDial", r.NOT_SIGNED_IN)
    assert dials(amy, "110", leg="help").context == "alone", "but an emergency number is dialled in any"


def test_of_nobody_it_reaches_what_it_reaches_without_a_daemon(amy: Centre):
    sent = dials(amy, "13800001111", "1099")
    assert (sent.context, sent.extension) == ("alone", "13800001111")
    assert not amy.facts(f.CommandRefused)


def test_a_second_socket_of_one_that_was_dialled_dials_nobody(amy: Centre):
    amy.exchange.phone_dials("hers", "1001", "13800001111")
    amy.deliver(LEASES)
    amy.exchange.legs["hers"].context = "phones"
    amy.exchange._enter(amy.exchange.legs["hers"], "phone")
    amy.drain()
    assert len(amy.facts(f.DialStarted)) == 1 and "hers" not in amy.exchange.legs


# --- the transfer key ---------------------------------------------------------------------------------------------


def passed_on(centre: Centre, digits: str, first: str = "") -> None:
    """Amy's phone passes Ann on; ``first``: which line is heard first, Ann's lease or the end of Amy's leg."""
    leg = centre.leg("amy")
    centre.exchange.refer(leg, digits)
    while first and centre.exchange.said.get(leg if first == "leg" else LEASES):
        centre.deliver(leg if first == "leg" else LEASES)
    centre.drain()


@pytest.fixture
def ann() -> Centre:
    """Ann talks to Amy; Bob is ready."""
    centre = Centre()
    centre.talking("ann", "amy")
    centre.ready("bob")
    centre.after_each = lambda: laws.always(centre)
    return centre


@pytest.mark.parametrize("first", ["leg", "lease"])
def test_to_a_colleague(ann: Centre, first: str):
    passed_on(ann, "1002", first)
    told = ann.last(f.CallTransferred)
    assert (told.how, told.what, told.to, told.agent) == ("blind", "agent", "bob", "amy")
    assert ann.last(f.TalkEnded).ended_by == "transfer"
    assert (ann.state("amy"), ann.state("bob")) == ("wrapup", "offered")
    ann.wait(2)
    ann.picks_up("bob")
    ann.hangs_up("bob")
    ann.wait(120)
    laws.at_the_end(ann)


@pytest.mark.parametrize("first", ["leg", "lease"])
def test_what_she_may_not_dial_brings_her_customer_back(ann: Centre, first: str):
    passed_on(ann, "0012025550123", first)
    assert refused(ann) == ("PhoneTransfer", r.NATIONAL_ONLY)
    assert ann.stage("ann") == "passed" and not ann.wishes(do.Dial)
    ann.wait(2)
    back = ann.last(f.CallTransferred)
    assert (back.how, back.to, ann.state("amy")) == ("returned", "amy", "offered")
    ann.misses("amy")
    ann.wait(2)
    assert ann.stage("ann") in ("waiting", "offered") and ann.facts(f.QueueEntered)[-1].queue == "support"
    ann.hangs_up("ann")
    ann.wait(120)
    laws.at_the_end(ann)


def test_to_one_of_our_numbers_is_to_its_queue():
    centre = Centre(directory(support=(("amy", 1),), billing=(("bob", 1),)))
    centre.talking("ann", "amy")
    number = next(route.number for route in centre.layout.routes if route.queue == "billing")
    passed_on(centre, number)
    assert (centre.last(f.CallTransferred).what, centre.last(f.QueueEntered).queue) == ("queue", "billing")


def test_to_one_of_our_numbers_that_leads_to_an_extension_is_to_whose_it_is():
    known = directory()
    bobs = Route(number="4100", target="extension", to="1002", greeting="", queue="support")
    centre = Centre(msgspec.structs.replace(known, routes=(*known.routes, bobs)))
    centre.talking("ann", "amy")
    centre.ready("bob")
    passed_on(centre, "4100")
    assert (centre.last(f.CallTransferred).to, centre.state("bob")) == ("bob", "offered")


def test_a_dialled_customer_is_passed_on_too():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    centre.ready("bob")
    passed_on(centre, "1002", "leg")
    assert (centre.stage(call), centre.state("bob")) == ("offered", "offered")
    assert not centre.facts(f.CallEnded)


def test_whose_customer_never_comes_is_fetched(ann: Centre):
    leg = ann.leg("amy")
    ann.exchange.refer(leg, "1002")
    while LEASES in ann.exchange.said:
        ann.lose(LEASES)
    ann.drain()
    assert ann.stage("ann") == "talking"
    ann.wait(4)
    assert ann.stage("ann") in ("waiting", "offered")


def test_in_a_consult_it_is_a_hang_up(ann: Centre):
    """Amy asks Bob; her phone passes on whoever it speaks with: nobody talks to somebody whom she may not reach."""
    ann.order(c.Consult, "amy", what="agent", to="bob")
    ann.drain()
    ann.wait(1)
    ann.picks_up("bob")
    passed_on(ann, "0012025550123")
    ann.wait(10)
    assert not ann.wishes(do.Dial) and not ann.facts(f.PartyCalled)
    assert ann.stage("ann") in ("talking", "waiting", "offered", "passed")
