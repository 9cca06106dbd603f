"""A phone dials by itself, through the real switch: what it reaches with a daemon, and what without."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from crm.calls.cdr.reading import Leg, NotWhole, Unfit, read
from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract import refusals
from switchctl.contract.dialling import Home
from tests.daemon.stage import centre
from tests.freeswitch.agents import password
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.party import Party
from tests.freeswitch.switch import Switch
from tests.freeswitch.test_configuration import registered
from tests.freeswitch.until import holds, until

NUMBER, OTHER = "+8613800001111", "+8613900002222"
SOUND = {-1}
NOBODYS = "1009"


@pytest.fixture
def desk(
    switch: Switch, outside: Endpoint, carrier: Endpoint, tmp_path: Path, free_port: Callable[[], int]
) -> Iterator[Centre]:
    """Numbers that begin with 138 and +1 are open; a phone in the hall belongs to nobody."""
    desk = Centre(tmp_path, free_port, switch, outside)
    layout = centre(wrap_up_s=60)
    phones = [agent.extension for agent in layout.agents] + [NOBODYS]
    layout = msgspec.structs.replace(
        layout, home=Home(outside=("138", "+1")), extensions=tuple(d.Extension(number=number) for number in phones)
    )
    desk.began = time.time()
    try:
        desk.start(layout)
        yield desk
    finally:
        switch.end_calls()
        desk.end()


def hear_each_other(here: Party, there: Party) -> None:
    until(lambda: here.media.heard() == {there.media.mark}, "one to hear the other alone")
    until(lambda: there.media.heard() == {here.media.mark}, "the other to hear the one alone")


def refused(desk: Centre, phone: Phone, number: str, reason: str) -> Party:
    """The phone hears a sentence, unanswered, and the page reads why."""
    known = len(desk.facts(f.CommandRefused))
    party = desk.outside.call_from(phone, number)
    desk.until(lambda: len(desk.facts(f.CommandRefused)) > known)
    fact = desk.facts(f.CommandRefused)[-1]
    assert (fact.command, fact.reason) == ("PhoneDial", reason)
    until(lambda: -1 in party.media.heard() or party.state == "ended", "a sentence")
    until(lambda: party.state == "ended", "the call to end")
    assert -1 in party.media.heard() and "recv 200 INVITE" not in party.log
    return party


def test_an_ordinary_call_of_its_agent(desk: Centre, carrier: Endpoint) -> None:
    """Whoever the phone says it is: its digest says who it is. The talk lives through a kill -9 of the daemon."""
    customer = carrier.subscriber(NUMBER, "ring")
    (alice,) = desk.at_work("alice")
    desk.fact(f.WorldStated)
    party = desk.outside.call_from(alice, "13800001111", shows="1003")
    until(lambda: customer.in_state("ringing"), "the customer's phone to ring")
    until(lambda: "recv 180 INVITE" in party.log or "recv 183 INVITE" in party.log, "her to hear that it rings")
    assert desk.state("alice") == "dialling"
    carrier.do(customer.call.answer)
    started = desk.fact(f.TalkStarted, agent="alice")
    call = started.call_id
    assert customer.call.incoming is not None
    assert "+862160000000" in customer.call.incoming.text("from")
    hear_each_other(party, customer.call)
    for key in "492":
        desk.outside.do(party.press, key)
    until(lambda: customer.call.media.keys() == "492", "her keys to pass")

    desk.kill_daemon()
    holds(lambda: customer.call.media.alone(party.media.mark), "they talk on", 0.7)
    desk.start_daemon()
    desk.until(lambda: len(desk.facts(f.WorldStated)) == 2)
    desk.order(c.Hold, "alice")
    desk.fact(f.HoldStarted, call_id=call)
    desk.order(c.Resume, "alice")
    desk.fact(f.HoldEnded, call_id=call)
    desk.outside.do(party.hang_up)
    assert desk.ended(call).ended_by == "agent"
    until(lambda: customer.call.state == "ended", "the customer to be let go")
    assert [kind for kind in desk.kinds(call) if kind != "CallStated"] == [
        "CallArrived", "DialStarted", "DialProceeded", "CallAnswered", "DialEnded", "TalkStarted", "HoldStarted",
        "HoldEnded", "TalkEnded", "CallEnded",
    ]  # fmt: skip
    variables = desk.record(call)["variables"]
    assert (variables["cc_call_id"], variables["direction"], variables["cc_agent"]) == (call, "outbound", "alice")
    assert desk.record(party_leg(desk, call))["variables"]["sip_auth_username"] == "1001"


def party_leg(desk: Centre, call: str) -> str:
    return str(desk.fact(f.DialStarted, call_id=call).offer)


def test_refused_as_on_the_page(desk: Centre, carrier: Endpoint) -> None:
    customer, other = carrier.subscriber(NUMBER), carrier.subscriber(OTHER)
    alice = registered(desk.outside, "1001")
    desk.fact(f.WorldStated)
    refused(desk, alice, "13800001111", refusals.NOT_SIGNED_IN)
    desk.ready("alice")
    assert refused(desk, alice, "13900002222", refusals.NOT_OPENED).status == 403
    refused(desk, alice, "0012025550123", refusals.NATIONAL_ONLY)
    refused(desk, alice, "1001", refusals.OWN_NUMBER)
    refused(desk, alice, "*99", refusals.NO_NUMBER)
    for odd in ("wait", "after-agent", "dial-outside", "$%7Bsystem(touch%20/tmp/owned)%7D"):
        party = desk.outside.call_from(alice, odd)
        until(lambda party=party: party.state == "ended", "what is no number to be refused")
        assert party.status == 404
    assert not customer.calls and not other.calls and not desk.facts(f.CallArrived)
    assert desk.state("alice") == "ready"


def test_busy_abroad_and_a_colleague(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER, "busy")
    alice, bob = desk.at_work("alice", "bob")
    desk.fact(f.WorldStated)
    party = desk.outside.call_from(alice, "13800001111")
    assert desk.fact(f.DialEnded).result == "busy"
    until(lambda: party.state == "ended", "her to be told")
    assert party.status == 486 and len(customer.calls) == 1
    until(lambda: desk.state("alice") == "ready", "her to be ready again")
    party = desk.outside.call_from(alice, "1002")
    desk.until(lambda: desk.facts(f.TalkStarted))
    hear_each_other(party, bob.call)
    assert bob.call.incoming is not None and "1001" in bob.call.incoming.text("from")
    desk.outside.do(party.hang_up)
    until(lambda: bob.call.state == "ended", "him to be let go")


@pytest.mark.parametrize("who", ["phone of nobody", "no daemon"])
def test_extensions_and_emergency_numbers_alone(desk: Centre, carrier: Endpoint, who: str) -> None:
    police, customer = carrier.subscriber("110"), carrier.subscriber(NUMBER)
    phone = registered(desk.outside, "1001" if who == "no daemon" else NOBODYS)
    bob = registered(desk.outside, "1002")
    desk.fact(f.WorldStated)
    if who == "no daemon":
        desk.kill_daemon()
    for number in ("13800001111", NUMBER, "4001000", "00491701234567"):
        party = desk.outside.call_from(phone, number)
        until(lambda party=party: party.state == "ended", "the call to be refused")
        assert party.status == 403, number
    assert not customer.calls
    for number, there in (("1002", bob), ("110", police)):
        party = desk.outside.call_from(phone, number)
        until(lambda there=there: there.in_state("answered"), "the other to answer")
        hear_each_other(party, there.call)
        desk.outside.do(party.hang_up)
    assert not desk.facts(f.CallArrived)
    until(lambda: [leg.number for leg in legs(desk) if leg.outbound] == ["110"], "the switch's own record of it")
    assert not [leg for leg in legs(desk) if leg.inbound]


def legs(desk: Centre) -> list[Leg]:
    """As the site reads the records of this test's calls."""
    found = []
    for path in desk.switch.cdr.glob("*.json"):
        try:
            leg = read(path.read_bytes())
        except (NotWhole, Unfit):
            continue
        if leg.started / 1_000_000 > desk.began:
            found.append(leg)
    return found


def test_an_emergency_number_in_whatever_state(desk: Centre, carrier: Endpoint) -> None:
    police = carrier.subscriber("120")
    alice = desk.outside.register("1001", password("1001"))
    until(lambda: alice.registered, "her phone to be there")
    desk.fact(f.WorldStated)
    party = desk.outside.call_from(alice, "120")
    until(lambda: police.in_state("answered"), "somebody to answer")
    hear_each_other(party, police.call)
    desk.outside.do(party.hang_up)
