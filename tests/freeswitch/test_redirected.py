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
    desk.fact(f.AgentStateChanged, agent="alice", state="unreachable", reason="phone-redirected")
    ends = desk.facts(f.OfferEnded, call_id=waiting)
    assert {(end.agent, end.result, end.cause) for end in ends} == {("alice", "redirected", MOVED)}
    assert not ends[0].misses
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


def presses_transfer(desk: Centre, party: Party, *others: Party, phone: bool = False) -> None:
    """From the trunk's side each answer is a refusal: 400 where the target cannot be read, else 405. A phone of ours
    that names another talk (Replaces) is told 202 and denied."""
    named = [replaces(other).replace(";", "%3B").replace("=", "%3D").encode() for other in (party, *others)]
    attended = [b"<sip:1002@phones.test?Replaces=" + one + b">" for one in named]
    for target in attended if phone else [*TARGETS, *attended]:
        desk.outside.do(party.refer, target)
        until(lambda: party.referred, "an answer to REFER")
        assert party.referred in ((202,) if phone else (400, 405)), (target, party.referred)


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
        presses_transfer(desk, phone.call, party, phone=True)
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


def passes_on(desk: Centre, phone: Phone, to: bytes) -> None:
    """The phone's transfer key; phones hang up then."""
    call = phone.call
    desk.outside.do(call.refer, to)
    until(lambda: call.referred == 202, "the key to be heard")
    until(lambda: call.state == "ended", "her leg to end")


def test_a_transfer_key_is_a_blind_transfer(carrier: Endpoint, desk: Centre) -> None:
    """Of a caller to a colleague, by her to a number, and of a dialled customer."""
    expert = carrier.subscriber(NUMBER)
    alice, bob = desk.at_work("alice", "bob")
    caller, offered = desk.queued()
    desk.fact(f.TalkStarted, call_id=offered)
    first, second = (alice, bob) if alice.calls else (bob, alice)
    desk.talks(caller, first)
    passes_on(desk, first, f"<sip:{second.extension}@{DOMAIN}>".encode())
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=offered)) == 2)
    desk.talks(caller, second)
    passed = desk.fact(f.CallTransferred, call_id=offered)
    assert (passed.how, passed.what) == ("blind", "agent")
    assert desk.facts(f.TalkEnded, call_id=offered)[0].ended_by == "transfer"
    passes_on(desk, second, f"<sip:{NUMBER.removeprefix('+86')}@{DOMAIN}>".encode())
    desk.fact(f.PartyJoined, call_id=offered)
    until(lambda: caller.media.heard() == {expert.call.media.mark}, "the caller to hear the number alone")
    desk.outside.do(caller.hang_up)
    assert desk.ended(offered).ended_by == "customer"

    customer = carrier.subscriber(NUMBER)
    desk.ready("alice", "bob")
    dialled = dials(desk, "alice" if first is alice else "bob")
    desk.fact(f.TalkStarted, call_id=dialled)
    talk(customer, first)
    passes_on(desk, first, f"<sip:{second.extension}@{DOMAIN}>".encode())
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=dialled)) == 2)
    talk(customer, second)
    desk.outside.do(second.call.hang_up)
    desk.ended(dialled)


def test_what_may_not_be_dialled_is_not_by_a_transfer_key(carrier: Endpoint, desk: Centre) -> None:
    """She comes back to her agent, who reads why, or waits; nothing that is typed is more than digits."""
    (alice,) = desk.at_work("alice")
    caller, offered = desk.queued()
    desk.fact(f.TalkStarted, call_id=offered)
    for count, target in enumerate(TARGETS[4:-2:2], 2):
        desk.talks(caller, alice)
        passes_on(desk, alice, target)
        desk.until(lambda count=count: len(desk.facts(f.TalkStarted, call_id=offered)) == count)
    desk.talks(caller, alice)
    refusals = desk.facts(f.CommandRefused, command="PhoneTransfer")
    assert len(refusals) == len(TARGETS[4:-2:2])
    assert not Path("/tmp/owned").exists() and not carrier.phones.get(NUMBER)
    desk.kill_daemon()
    passes_on(desk, alice, b"<sip:1002@phones.test>")
    until(lambda: caller.media.heard() == {-1}, "the music of the fail-safe queue")
    assert caller.state == "answered"
