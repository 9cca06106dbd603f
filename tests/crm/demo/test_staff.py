"""Simulated agents: what they do in each state, and that they go through the ordinary door."""

import random

import msgspec
import pytest

from crm.calls.models import CallRecord, Offer
from crm.demo.loop import Staff
from crm.demo.services import demo_seed
from crm.demo.staff import REPEAT_S, Worker
from crm.live.state import Saved
from crm.live.state import encode as encode_state
from switchctl.contract import commands
from switchctl.contract.live import LiveAgent, LiveView
from switchctl.contract.names import MAIN


def worker() -> Worker:
    return Worker("liwei", random.Random(7))


def first_action(mind: Worker, agent: LiveAgent | None, begin: float = 1000.0, within: float = 120.0):
    """The first action and when it came, looking twice a second."""
    for tick in range(round(within * 2)):
        action = mind.next(agent, begin + tick / 2)
        if action:
            return action, tick / 2
    return None, within


@pytest.mark.parametrize(
    ("state", "reason", "command", "soonest", "latest"),
    [
        ("offline", "", "SignIn", 0, 7),
        ("paused", "signed-in", "BecomeReady", 1, 6),
        ("paused", "missed-calls", "BecomeReady", 1, 6),
        ("paused", "lunch", "BecomeReady", 25, 81),
        ("offered", "", "Answer", 1, 6),
        ("wrapup", "", "FinishWrapUp", 4, 16),
    ],
)
def test_what_she_does(state, reason, command, soonest, latest):
    action, seconds = first_action(worker(), LiveAgent(id="liwei", state=state, reason=reason, since=5))
    assert action.command == command
    assert soonest <= seconds <= latest


@pytest.mark.parametrize("state", ["talking", "unreachable"])
def test_what_she_lets_be(state):
    assert first_action(worker(), LiveAgent(id="liwei", state=state, since=5))[0] is None


def test_some_customers_she_marks_each_once():
    marked = 0
    for since in range(1, 101):
        mind, agent = worker(), LiveAgent(id="liwei", state="talking", since=since)
        mind.dice.seed(since)
        done = [action.command for tick in range(120) if (action := mind.next(agent, 1000 + tick))]
        assert done in ([], ["MarkCustomer"])
        marked += len(done)
    assert 3 < marked < 25


def test_an_agent_nobody_ever_saw_signs_in():
    assert first_action(worker(), None)[0].command == "SignIn"


def test_she_says_it_again_only_after_a_while():
    mind, agent = worker(), LiveAgent(id="liwei", state="offline", since=5)
    _, seconds = first_action(mind, agent)
    said = 1000 + seconds
    assert mind.next(agent, said + REPEAT_S - 1) is None
    assert mind.next(agent, said + REPEAT_S).command == "SignIn"


def test_she_pauses_now_and_then_and_not_all_the_time():
    mind, now, pauses = worker(), 0.0, 0
    for turn in range(400):
        now += 30
        agent = LiveAgent(id="liwei", state="ready", since=turn)
        action, _ = first_action(mind, agent, now, 4)
        pauses += action is not None and action.command == "Pause"
    assert 4 <= pauses <= 40


@pytest.mark.django_db
def test_the_staff_works_through_the_ordinary_door(bus, tmp_path):
    demo_seed(logins=tmp_path / "logins")
    CallRecord.objects.create(call_id="c1")
    Offer.objects.create(offer="o1", call_id="c1", agent="liwei")
    view = LiveView(agents={"liwei": LiveAgent(id="liwei", state="wrapup", since=5, call_id="c1")})
    bus.set(MAIN.live, encode_state(Saved(view=view)))
    staff = Staff(seed=1)
    staff.tick(1000.0)
    staff.tick(1030.0)
    assert not bus.exists(MAIN.commands), "no daemon lives, so nobody speaks"
    bus.set(MAIN.daemon, msgspec.json.encode({"leader": True}))
    staff.tick(1030.0)
    staff.tick(1060.0)
    sent = [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]
    kinds = {command.agent: type(command).__name__ for command in sent}
    assert kinds["liwei"] == "FinishWrapUp"
    assert {kind for agent, kind in kinds.items() if agent != "liwei"} == {"SignIn"}
    assert len(kinds) == 11
    assert not {"wangfang", "emma"} & kinds.keys()
    assert CallRecord.objects.get().disposition is not None
