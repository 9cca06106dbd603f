"""A campaign on the real switch: leads from a hopper, a phone that picks up by itself, the carrier's answers."""

import hashlib
import struct
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from msgspec import structs

from crm.campaigns.sounds import files
from crm.campaigns.sounds.wav import wav_read
from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract import hopper, refusals
from switchctl.contract.dialling import MOVED, Home
from switchctl.contract.names import MAIN
from tests.crm.campaigns.sounds.wavs import wav
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.switch import DOMAIN, Switch
from tests.freeswitch.test_dial import from_of, talk
from tests.freeswitch.until import holds, until

SHOWN = "+861020000001"


@pytest.fixture
def desk(
    switch: Switch, outside: Endpoint, carrier: Endpoint, tmp_path: Path, free_port: Callable[[], int]
) -> Iterator[Centre]:
    """A daemon at work; Alice and Bob work for a campaign."""
    desk = Centre(tmp_path, free_port, switch, outside)
    campaign = d.Campaign(id="spring", members=("alice", "bob"))
    try:
        desk.start(structs.replace(centre(wrap_up_s=0), queues=(), routes=(), campaigns=(campaign,)))
        yield desk
    finally:
        switch.end_calls()
        desk.end()


def number(place: int) -> str:
    return f"+861380000{place:04d}"


def fill(desk: Centre, *numbers: str, **fields: object) -> list[str]:
    """The CRM puts attempts into the hopper; their ids."""
    expires = time.time_ns() // 1000 + 60_000_000
    common = {"campaign": "spring", "expires": expires, "auto_answer": True, "shows": SHOWN, **fields}
    leads = [hopper.Entry(id=f"attempt-{one[1:]}", number=one, **common) for one in numbers]  # type: ignore[arg-type]
    desk.redis.rpush(MAIN.hopper("spring"), *map(hopper.encode, leads))
    return [lead.id for lead in leads]


def test_her_phone_picks_up_by_itself_and_the_customer_hears_her_at_once(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(number(1), "ring")
    (phone,) = desk.at_work("alice", behave="asked")
    (call,) = fill(desk, number(1), ring_s=25)
    until(lambda: customer.in_state("ringing"), "the customer's phone to ring")
    assert phone.call.state == "answered", "who is called never waits for an agent"
    assert SHOWN in from_of(customer.call) and number(1) not in from_of(phone.call)
    carrier.do(customer.call.answer)
    desk.fact(f.TalkStarted, call_id=call, agent="alice")
    talk(customer, phone)
    carrier.do(customer.call.hang_up)
    assert desk.ended(call).ended_by == "customer"
    assert desk.fact(f.CallArrived, call_id=call).campaign == "spring"


def test_a_lead_whose_phone_has_moved_has_refused(desk: Centre, carrier: Endpoint, switch: Switch) -> None:
    elsewhere = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
    trap = elsewhere.subscriber("666")
    try:
        carrier.subscriber(number(1), "moved").places = (f"sip:666@127.0.0.1:{elsewhere.port}",)
        (phone,) = desk.at_work("alice", behave="asked")
        (call,) = fill(desk, number(1))
        end = desk.fact(f.DialEnded, call_id=call)
        assert (end.result, end.cause, end.sip_status) == ("refused", MOVED, "302")
        desk.ended(call)
        until(lambda: phone.in_state("ended"), "her phone to be let go")
        assert not trap.calls
    finally:
        elsewhere.close()


def prompt_of(switch: Switch, seconds: int) -> str:
    """A sound of one mark in the switch's sound folder; its name there."""
    name = f"prompt-{seconds}.wav"
    with wave.open(str(switch.folder / "sounds" / name), "wb") as told:
        told.setnchannels(1)
        told.setsampwidth(2)
        told.setframerate(8000)
        told.writeframes(struct.pack("<h", 8031) * 8000 * seconds)
    return name


def uploaded(switch: Switch, rate: int) -> str:
    """A sound of one mark as the centre keeps uploads, in a folder that the switch's own leads to; its name there."""
    kept = wav_read(wav(3, rate)).file
    name = files.file_name(hashlib.sha256(kept).hexdigest())
    files.file_keep(name, kept)
    place = switch.folder / "sounds" / "uploaded"
    place.unlink(missing_ok=True)
    place.symlink_to(files.folder())
    return name


@pytest.mark.parametrize(("early", "rate"), [(False, 8000), (True, 16000)])
def test_she_hears_the_uploaded_prompt_before_they_are_joined(
    desk: Centre, carrier: Endpoint, switch: Switch, settings: LazySettings, tmp_path: Path, early: bool, rate: int
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    customer = carrier.subscriber(number(1), "early" if early else "ring")
    (phone,) = desk.at_work("alice", behave="asked")
    sound = uploaded(switch, rate)
    (call,) = fill(desk, number(1), prompt=sound, music=sound)
    until(lambda: customer.calls, "the customer's phone")
    holds(lambda: not customer.call.media.heard() - {customer.call.media.mark}, "nothing before she answers", 1)
    begun = time.monotonic()
    carrier.do(customer.call.answer)
    desk.fact(f.CallAnswered, call_id=call)
    until(lambda: customer.call.media.heard() != set(), "the prompt")
    prompt = customer.call.media.heard()
    assert phone.call.media.mark not in prompt and not desk.facts(f.TalkStarted, call_id=call)
    assert customer.call.media.mark not in phone.call.media.heard()
    desk.fact(f.TalkStarted, call_id=call)
    assert time.monotonic() - begun > 2.5
    talk(customer, phone)
    kinds = desk.kinds(call)
    assert kinds.index("CallAnswered") < kinds.index("TalkStarted")
    desk.order(c.Hold, "alice")
    until(lambda: prompt <= customer.call.media.heard() - {phone.call.media.mark}, "the same sound on hold")
    carrier.do(customer.call.hang_up)
    assert desk.ended(call).ended_by == "customer"


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_hung_up_during_the_prompt(desk: Centre, carrier: Endpoint, switch: Switch, who: str) -> None:
    customer = carrier.subscriber(number(1))
    (phone,) = desk.at_work("alice", behave="asked")
    (call,) = fill(desk, number(1), prompt=prompt_of(switch, 9))
    desk.fact(f.CallAnswered, call_id=call)
    until(lambda: customer.call.media.heard() != set(), "the prompt")
    carrier.do(customer.call.hang_up) if who == "customer" else desk.outside.do(phone.call.hang_up)
    ended = desk.ended(call)
    assert desk.fact(f.DialEnded, call_id=call).result == "answered", "she picked up"
    assert ended.ended_by == who and not desk.facts(f.TalkStarted, call_id=call)
    until(lambda: customer.call.state == phone.call.state == "ended", "both to be let go")


def test_who_is_not_reached_is_told_by_cause_and_followed_by_the_next(desk: Centre, carrier: Endpoint) -> None:
    manners = {"busy": ("busy", "17", "486"), "reject": ("refused", "21", "603"), "unknown": ("invalid", "1", "404")}
    for place, manner in enumerate(manners):
        carrier.subscriber(number(place), manner)
    carrier.subscriber(number(8), "ring")
    carrier.subscriber(number(9))
    (phone,) = desk.at_work("alice", behave="asked")
    *told, rings = fill(desk, *(number(place) for place in range(len(manners))), number(8), ring_s=2)
    (answers,) = fill(desk, number(9))
    for call, wanted in zip(told, manners.values(), strict=True):
        ended = desk.fact(f.DialEnded, call_id=call)
        assert (ended.result, ended.q850, ended.sip_status) == wanted
    assert desk.fact(f.DialEnded, call_id=rings).result == "no_answer"
    desk.fact(f.TalkStarted, call_id=answers)
    assert len(phone.calls) == len(manners) + 2


def test_no_phone_is_rung_twice_for_one_attempt_through_kill_9(desk: Centre, carrier: Endpoint) -> None:
    first, second = carrier.subscriber(number(1)), carrier.subscriber(number(2), "ring")
    alice, bob = desk.at_work("alice", "bob", behave="asked")
    talks, rings = fill(desk, number(1), number(2))
    desk.fact(f.TalkStarted, call_id=talks)
    until(lambda: second.in_state("ringing"), "the second customer's phone to ring")
    hers = alice if desk.fact(f.TalkStarted, call_id=talks).agent == "alice" else bob
    talk(first, hers)

    desk.kill_daemon()
    fill(desk, number(1), number(2))  # a Redis that went back in time
    again = c.DialLead(id=talks, agent="alice", deadline=time.time_ns() // 1000 + 60_000_000, number=number(1))
    desk.redis.xadd(MAIN.commands, {"c": c.encode(again)})
    desk.start_daemon()
    holds(lambda: first.call.media.alone(hers.call.media.mark), "they talk on after the restart", 1)
    carrier.do(second.call.answer)
    desk.fact(f.TalkStarted, call_id=rings)
    carrier.do(first.call.hang_up)
    desk.ended(talks)
    carrier.subscriber(number(3))
    (third,) = fill(desk, number(3))
    desk.fact(f.TalkStarted, call_id=third)
    assert len(first.calls) == len(second.calls) == 1 and len(desk.facts(f.DialStarted)) == 3
    assert not desk.redis.llen(MAIN.hopper("spring"))


def test_queues_come_first_and_keep_an_agent(desk: Centre, carrier: Endpoint) -> None:
    """Blending: she is taken only while nobody waits and another one stays ready."""
    campaign = d.Campaign(id="spring", members=("alice", "bob"), blending=True, keep_ready=1)
    desk.publish_and_wait(structs.replace(centre(2, wrap_up_s=0), campaigns=(campaign,)))
    customers = [carrier.subscriber(number(place)) for place in (1, 2)]
    desk.at_work("alice")
    first, second = fill(desk, number(1), number(2))
    holds(lambda: not customers[0].calls, "nobody is called for the only one who is ready", 2)
    desk.at_work("bob")
    dialled = desk.fact(f.TalkStarted, call_id=first)
    callers = [desk.queued()]
    served = desk.fact(f.TalkStarted, call_id=callers[0][1])
    assert {dialled.agent, served.agent} == {"alice", "bob"}
    callers.append(desk.queued())
    carrier.do(customers[0].call.hang_up)
    assert desk.fact(f.TalkStarted, call_id=callers[1][1]).agent == dialled.agent, "who waits comes first"
    desk.outside.do(callers[0][0].hang_up)
    desk.until(lambda: desk.state(served.agent) == "ready")
    holds(lambda: not customers[1].calls, "nobody is called for the last one who is ready", 2)
    desk.outside.do(callers[1][0].hang_up)
    desk.fact(f.TalkStarted, call_id=second)
    assert [len(customer.calls) for customer in customers] == [1, 1]


def test_nobody_outside_is_called_where_no_beginning_is_opened(desk: Centre, carrier: Endpoint) -> None:
    """By a campaign, by a command and by an agent's own hand: the carrier hears of none."""
    campaign = d.Campaign(id="spring", members=("alice",))
    closed = structs.replace(centre(2, wrap_up_s=0), queues=(), routes=(), campaigns=(campaign,), home=Home())
    desk.publish_and_wait(closed)
    customer = carrier.subscriber(number(1))
    (phone,) = desk.at_work("alice")
    (lead,) = fill(desk, number(1))
    own = desk.order(c.Dial, "alice", number=number(1))
    asked = desk.order(c.DialLead, "alice", number=number(1))
    for call in (lead, own, asked):
        refused = desk.until(lambda call=call: desk.refused(call))
        assert refused.reason == refusals.NOT_OPENED
    assert not customer.calls and not phone.calls and not desk.facts(f.DialStarted)
