"""Forwarding of extensions: when it holds, whom it reaches, and where it ends."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import Directory, Extension, Forward, Route
from switchctl.model import effects as do
from switchctl.policy.forwarding import in_force
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.laws import over

MOBILE = "+8613900002222"
MONDAY = 1_795_399_200  # 2026-11-23 02:00 UTC


def layout(queue: bool = False, **rules: str) -> Directory:
    """``bob="always:1003"``: calls to Bob go on to Cai's; 4100 leads to Bob's extension."""
    known = directory()
    kinds = {login: tuple(Forward(how=how, to=to) for how, to in (one.split(":") for one in said.split()))
             for login, said in rules.items()}  # fmt: skip
    phones = tuple(
        Extension(number=agent.extension, user=agent.id, forwards=kinds.get(agent.id, ())) for agent in known.agents
    )
    queues = tuple(msgspec.structs.replace(one, forwards=queue) for one in known.queues)
    routes = (*known.routes, Route(number="4100", target="extension", to="1002", greeting=""))
    return msgspec.structs.replace(known, extensions=phones, queues=queues, routes=routes)


def centre_of(*ready: str, queue: bool = False, **rules: str) -> Centre:
    centre = Centre(layout(queue, **rules))
    centre.ready(*ready)
    centre.after_each = lambda: laws.always(centre)
    return centre


def way(centre: Centre) -> list[tuple[str, str, str]]:
    return [(fact.extension, fact.how, fact.to) for fact in centre.facts(f.CallForwarded)]


def reason(centre: Centre) -> str:
    found = centre.facts(f.CommandRefused)
    return found[-1].reason if found else ""


@pytest.mark.parametrize("rule, hour, day, holds", [
    (Forward(how="always", to="1"), 2, 0, True),
    (Forward(how="always", to="1", since=600, until=660), 2, 0, True),  # 10:00 in Shanghai
    (Forward(how="always", to="1", since=601, until=660), 2, 0, False),
    (Forward(how="always", to="1", days=(2,)), 2, 0, False),
    (Forward(how="always", to="1", days=(1,), since=1080, until=540), 12, 0, True),  # from 18:00 on Mondays
    (Forward(how="always", to="1", days=(1,), since=1080, until=540), 0, 1, True),  # Tuesday 08:00 is Monday's night
    (Forward(how="always", to="1", days=(1,), since=1080, until=540), 12, 1, False),
    (Forward(how="always", to="1", since=1080, until=540), 4, 0, False),
])  # fmt: skip
def test_its_hours_are_the_centres_and_may_cross_midnight(rule: Forward, hour: int, day: int, holds: bool):
    at = (MONDAY + (hour - 2) * 3600 + day * 86_400) * 1_000_000
    assert in_force(rule, at, "Asia/Shanghai") is holds


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("rule, state, number, gateway", [
    ("always:1003", "", "1003", ""), ("busy:1003", "paused", "1003", ""), ("busy:1003", "", "1002", ""),
    ("always:13900002222", "", MOBILE, "carrier"), ("busy:1003", "dnd", "1003", ""),
])  # fmt: skip
def test_a_colleague_who_is_dialled(rule: str, state: str, number: str, gateway: str, by_hand: bool):
    centre = centre_of("amy", *(() if state == "paused" else ("bob",)), bob=rule)
    if state == "paused":
        centre.order(c.SignIn, "bob")
    if state == "dnd":
        centre.order(c.DoNotDisturb, "bob")
    if by_hand:
        centre.exchange.phone_dials("hers", "1001", "1002")
    else:
        centre.order(c.Dial, "amy", number="1002")
        centre.drain()
        centre.exchange.answer(centre.wishes(do.Dial)[-1].leg)
    centre.drain()
    call = centre.last(f.CallArrived)
    assert call.number == "1002", "the call keeps the number that was dialled"
    assert way(centre) == ([("1002", rule.split(":")[0], number)] if number != "1002" else [])
    assert centre.last(f.DialStarted).trunk == gateway and centre.exchange.legs[call.call_id].dialled == number
    if number == "1003":
        assert centre.brain.world.agents["cai"].dialled_by == call.call_id
        assert not centre.brain.world.agents["bob"].dialled_by
    centre.exchange.answer(call.call_id)
    centre.drain()
    assert centre.state("amy") == "talking" and centre.view.calls[call.call_id].number == "1002"
    over(centre)


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("rule, cause, on", [
    ("no_answer:1003", "NO_ANSWER", "1003"), ("no_answer:13900002222", "NO_ANSWER", MOBILE),
    ("busy:1003", "USER_BUSY", "1003"), ("busy:1003", "NO_ANSWER", ""), ("no_answer:+12025550123", "NO_ANSWER", ""),
])  # fmt: skip
def test_nobody_answers_and_it_is_the_same_call_that_goes_on(rule: str, cause: str, on: str, by_hand: bool):
    centre = centre_of("amy", bob=rule)
    if by_hand:
        centre.exchange.phone_dials("hers", "1001", "1002")
    else:
        centre.order(c.Dial, "amy", number="1002")
        centre.drain()
        centre.exchange.answer(centre.wishes(do.Dial)[-1].leg)
    centre.drain()
    call = centre.last(f.CallArrived).call_id
    centre.exchange.refuse(call, cause)
    centre.drain()
    centre.wait(1)
    if not on:
        assert call not in centre.view.calls and centre.state("amy") == "ready" and not way(centre)
        assert reason(centre) == (r.FORWARDED_WHERE_NOT_ALLOWED if rule.endswith("0123") else "")
        over(centre)
        return
    assert way(centre) == [("1002", rule.split(":")[0], on)] and centre.exchange.legs[call].dialled == on
    assert centre.state("amy") == "dialling" and not centre.facts(f.DialEnded)
    centre.exchange.answer(call)
    centre.drain()
    assert centre.state("amy") == "talking" and centre.last(f.TalkStarted).call_id == call
    over(centre)
    assert len(centre.facts(f.CallEnded)) == 1


def test_it_rings_no_longer_than_the_owner_lets_it():
    centre = centre_of("amy", bob="no_answer:1003")
    centre.order(c.Dial, "amy", number="1002")
    assert centre.wishes(do.Dial)[-1].dial_s == 20
    over(centre)


@pytest.mark.parametrize("bob, cai, why", [
    ("always:1003", "always:1002", r.FORWARDED_IN_A_CIRCLE),
    ("always:+12025550123", "", r.FORWARDED_WHERE_NOT_ALLOWED), ("always:110", "", r.FORWARDED_WHERE_NOT_ALLOWED),
])  # fmt: skip
def test_a_circle_and_what_its_owner_may_not_dial_are_refused(bob: str, cai: str, why: str):
    centre = centre_of("amy", bob=bob, cai=cai or "busy:1001")
    centre.order(c.Dial, "amy", number="1002")
    assert reason(centre) == why and not centre.wishes(do.Dial) and centre.state("amy") == "ready"
    centre.talking("ann", "amy")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    assert reason(centre) == why and centre.stage("ann") == "talking"
    over(centre)


def test_to_whom_it_is_forwarded_rings_through():
    centre = centre_of("amy", bob="always:1001")
    centre.order(c.Dial, "amy", number="1002")
    assert centre.wishes(do.Dial)[-1].number == "1002" and not way(centre)
    over(centre)


@pytest.mark.parametrize("rule, bob, on", [
    ("always:1003", "ready", "cai"), ("busy:1003", "paused", "cai"), ("no_answer:1003", "offline", "cai"),
    ("always:13900002222", "ready", MOBILE),
])  # fmt: skip
def test_a_customer_who_is_passed_on(rule: str, bob: str, on: str):
    centre = centre_of(bob=rule)
    centre.talking("ann", "amy")
    centre.ready("cai", *(["bob"] if bob == "ready" else []))
    if bob == "paused":
        centre.order(c.SignIn, "bob")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    centre.drain()
    assert [how for _from, how, _to in way(centre)] == [rule.split(":")[0]]
    if on == MOBILE:
        assert centre.last(f.PartyCalled).outside == MOBILE
    else:
        assert centre.offered() == {on: "ann"}
    centre.die()
    centre.start()
    centre.drain()
    assert centre.brain.world.calls["ann"].forwarded == ["1002"]
    over(centre)


@pytest.mark.parametrize("kind", [c.Transfer, c.Consult])
def test_a_way_that_is_refused_leaves_the_one_that_she_came(kind: type[c.Command]):
    centre = centre_of(bob="always:1003")
    centre.talking("ann", "amy")
    centre.ready("cai")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    centre.drain()
    centre.picks_up("cai")
    for to in ("nobody", "dora"):
        centre.order(kind, "cai", what="agent", to=to)
        centre.drain()
    assert len(centre.facts(f.CommandRefused)) == 2
    assert centre.brain.world.calls["ann"].forwarded == ["1002"]
    over(centre)


def test_one_who_does_not_answer_a_customer_and_then_nobody_does():
    centre = centre_of(bob="no_answer:1003")
    centre.talking("ann", "amy")
    centre.ready("bob")
    centre.order(c.Transfer, "amy", what="agent", to="bob")
    centre.drain()
    centre.misses("bob")
    centre.wait(1)
    assert way(centre) == [("1002", "no_answer", "1003")] and centre.last(f.PartyCalled).outside == "1003"
    centre.exchange.refuse(centre.last(f.PartyCalled).offer, "NO_ANSWER")
    centre.drain()
    centre.wait(1)
    assert centre.last(f.CallTransferred).how == "returned" and centre.offered() == {"amy": "ann"}
    over(centre)


def test_who_is_asked_beside_a_call_and_does_not_answer():
    centre = centre_of(bob="no_answer:1003")
    centre.talking("ann", "amy")
    centre.ready("bob", "cai")
    centre.order(c.Consult, "amy", what="agent", to="bob")
    centre.drain()
    centre.misses("bob")
    assert centre.view.calls["ann"].aside_agent == "cai"
    assert [fact.result for fact in centre.facts(f.ConsultEnded)] == ["forwarded"]
    centre.exchange.answer(centre.last(f.ConsultStarted).aside)
    centre.drain()
    centre.order(c.CompleteTransfer, "amy")
    centre.drain()
    assert centre.view.calls["ann"].agent == "cai"
    over(centre)


def test_a_number_that_leads_to_an_extension():
    centre = centre_of("cai", bob="always:1003")
    centre.call("ann", dialled="4100")
    centre.wait(0.1)
    assert way(centre) == [("1002", "always", "1003")] and centre.offered() == {"cai": "ann"}
    over(centre)


@pytest.mark.parametrize("queue, rule, phone, gateway", [
    (False, "always:1003", "1002", ""), (True, "always:1003", "1003", ""),
    (True, "always:13900002222", MOBILE, "carrier"), (True, "always:+12025550123", "1002", ""),
    (True, "busy:1003", "1002", ""),
])  # fmt: skip
def test_a_queues_call_only_where_the_queue_says_so(queue: bool, rule: str, phone: str, gateway: str):
    centre = centre_of("bob", queue=queue, bob=rule)
    centre.waiting("ann")
    rung = centre.wishes(do.Originate)[-1]
    assert (rung.phone, rung.gateway) == (phone, gateway) and centre.offered() == {"bob": "ann"}
    if gateway:
        assert rung.variables["origination_caller_id_number"] == "+862160000000"
    centre.exchange.answer(rung.leg)
    centre.drain()
    assert centre.state("bob") == "talking" and centre.view.calls["ann"].agent == "bob"
    over(centre)


def test_a_queues_call_that_her_phone_does_not_take_is_no_miss():
    centre = centre_of("bob", queue=True, bob="no_answer:13900002222")
    centre.waiting("ann")
    centre.misses("bob")
    assert centre.facts(f.OfferEnded)[-1].result == "forwarded" and centre.brain.world.agents["bob"].misses == 0
    assert centre.wishes(do.Originate)[-1].phone == MOBILE and centre.offered() == {"bob": "ann"}
    centre.exchange.refuse(centre.wishes(do.Originate)[-1].leg, "NO_ANSWER")
    centre.drain()
    assert centre.facts(f.OfferEnded)[-1].result == "rna" and centre.brain.world.agents["bob"].misses == 1
    over(centre)
