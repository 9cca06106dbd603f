"""Phones that send us elsewhere, or would send their caller there: what the daemon tells, and that the talk goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.dialling import MOVED
from tests.freeswitch.agents import password
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.party import Party
from tests.freeswitch.sipmessage import sdp
from tests.freeswitch.stranger import Stranger
from tests.freeswitch.switch import DOMAIN, Switch
from tests.freeswitch.test_dial import NUMBER, dials, talk
from tests.freeswitch.until import holds, until

HERE = f"sip:1002@{DOMAIN}"


@pytest.fixture
def elsewhere(switch: Switch) -> Iterator[Endpoint]:
    """A host that nobody may be called at."""
    elsewhere = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
    elsewhere.subscriber("666")
    yield elsewhere
    elsewhere.close()


def test_who_has_moved_has_refused(carrier: Endpoint, desk: Centre, elsewhere: Endpoint) -> None:
    """A customer, an agent who dials, and one who is offered a call: each told as such, and nobody else is called."""
    (alice,) = desk.at_work("alice")
    alice.behave, alice.places = "moved answer", (HERE,)
    customer = carrier.subscriber(NUMBER, "moved")
    own = dials(desk, "alice")
    end = desk.fact(f.DialEnded, call_id=own)
    assert (end.result, end.cause) == ("own_phone", MOVED)
    desk.ended(own)
    for place in (f"sip:666@127.0.0.1:{elsewhere.port}", HERE, f"sip:4001@127.0.0.1:{desk.switch.trunk_port}"):
        customer.places = (place,)
        until(lambda: desk.state("alice") == "ready", "her to be ready again")
        call = dials(desk, "alice")
        end = desk.fact(f.DialEnded, call_id=call)
        assert (end.result, end.cause, end.sip_status) == ("refused", MOVED, "302")
        ended = desk.ended(call)
        assert (ended.cause, ended.sip_status) == (MOVED, "302")
        until(lambda: alice.in_state("ended"), "her phone to be let go")
    assert len(customer.calls) == 3
    assert not [call for call in desk.facts(f.CallArrived) if call.direction == "inbound"]

    alice.behave, alice.places = "moved", (f"sip:666@127.0.0.1:{elsewhere.port}",)
    caller, waiting = desk.queued()
    desk.fact(f.AgentStateChanged, agent="alice", state="paused", reason="missed-calls")
    ends = desk.facts(f.OfferEnded, call_id=waiting)
    assert {(end.agent, end.result, end.cause) for end in ends} == {("alice", "rejected", MOVED)}
    (bob,) = desk.at_work("bob")
    desk.talks(caller, bob)
    assert not elsewhere.phones["666"].calls and len(bob.calls) == 1


TARGETS = [
    b"<sip:4001@phones.test>", b"<sip:1002@phones.test>", b"<sip:+8613800001111@127.0.0.1>", b"<sip:wait@127.0.0.1>",
    b"<sip:{cc_x=y}1002@127.0.0.1>", b"<sip:1002,4001@127.0.0.1>", b"<sip:[leg_timeout=9]1002@127.0.0.1>",
    b"<sip:^^:1002:4001@127.0.0.1>", b"<sip:%5E%5E:1002@127.0.0.1>", b"<sip:${system(touch /tmp/owned)}@127.0.0.1>",
    b"<sip:$%7Bsystem(touch%20/tmp/owned)%7D@127.0.0.1>", b"<sip:answer,intercept:1@127.0.0.1>", b"nonsense", b"",
]  # fmt: skip


def replaces(party: Party) -> str:
    """Names the call of this party; that its tags are not the right ones is no matter to the switch."""
    return f"{party.call_id};to-tag=x;from-tag=y"


def presses_transfer(desk: Centre, party: Party, *others: Party) -> None:
    """Each answer is a refusal: 400 where the target cannot be read, else 405."""
    named = [replaces(other).replace(";", "%3B").replace("=", "%3D").encode() for other in (party, *others)]
    for target in [*TARGETS, *(b"<sip:1002@phones.test?Replaces=" + one + b">" for one in named)]:
        desk.outside.do(party.refer, target)
        until(lambda: party.referred, "an answer to REFER")
        assert party.referred in (400, 405), (target, party.referred)


def takes_over(desk: Centre, *parties: Party) -> None:
    """From each side somebody calls who says that he replaces one of them."""
    stranger = Stranger()
    try:
        for port in (desk.switch.phones_port, desk.switch.trunk_port, desk.switch.siblings_port):
            for text in [replaces(party) + how for party in parties for how in ("", ";early-only", ";a-leg")]:
                own = ("1003", password("1003"))
                extra = (("replaces", text.encode()),)
                stranger.ask("INVITE", port, "1", sdp(9), b"application/sdp", own, extra)
    finally:
        stranger.close()


def test_transfer_keys_and_replaces_change_nothing(carrier: Endpoint, desk: Centre) -> None:
    (alice,) = desk.at_work("alice")
    caller, offered = desk.queued()
    desk.fact(f.TalkStarted, call_id=offered)
    (bob,) = desk.at_work("bob")
    customer = carrier.subscriber(NUMBER)
    dialled = dials(desk, "bob")
    desk.fact(f.TalkStarted, call_id=dialled)
    talk(customer, bob)
    talks: list[tuple[Phone, Party]] = [(alice, caller), (bob, customer.call)]
    known = len(desk.facts())

    for phone, party in talks:
        presses_transfer(desk, phone.call, party)
        presses_transfer(desk, party, phone.call)
        takes_over(desk, phone.call, party)
    for phone, party in talks:
        here, there = phone.call.media, party.media
        alone = lambda here=here, there=there: here.alone(there.mark) and there.alone(here.mark)  # noqa: E731
        until(alone, "each to hear the other alone")
        holds(alone, "they talk on", 0.5)
    assert not [fact for fact in desk.facts()[known:] if fact.call_id in (offered, dialled)]
    assert len(alice.calls) == len(bob.calls) == len(customer.calls) == 1 and not Path("/tmp/owned").exists()
    desk.outside.do(alice.call.hang_up)
    desk.order(c.HangUp, "bob")
    assert desk.ended(offered).ended_by == desk.ended(dialled).ended_by == "agent"
