"""The switch itself dies or is restarted under a living daemon, with calls in every state."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from crm.calls.cdr.importing import import_folder
from crm.calls.models import CallRecord
from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.crm.calls.rows import record
from tests.freeswitch.agents import password
from tests.freeswitch.centre import AGENTS, Centre
from tests.freeswitch.conftest import running_switch
from tests.freeswitch.hour import Hour
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import until

pytestmark = pytest.mark.django_db
OPEN = ("talking", "held", "ringing", "waiting", "waiting too", "greeting")
ALONE, TOGETHER = ("SYSTEM_SHUTDOWN",), ("SYSTEM_SHUTDOWN", "NORMAL_CLEARING")
CAUSES = {state: TOGETHER if state in ("talking", "held") else ALONE for state in OPEN}
"""What a switch that ends in order says of a call. Of two legs that talk it ends one after the other, and when the
bridge sees the end of the agent's before the caller's turn comes, it lets her go in the ordinary way."""
CONNECTED = 'esl_connected{node="node1"}'


@pytest.fixture
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    """One of its own: others' tests must not meet a switch that ends."""
    with running_switch(tmp_path_factory.mktemp("mortal")) as switch:
        yield switch


def killed(desk: Centre) -> None:
    desk.switch.crash()


def terminated(desk: Centre) -> None:
    desk.switch.stop()


def shut_down(desk: Centre) -> None:
    console = desk.switch.console()
    console.api("fsctl shutdown")
    assert desk.switch.process is not None
    desk.switch.process.wait(90)
    console.close()


def core(desk: Centre) -> str:
    """Core-UUID of the run of the switch that the daemon talks to."""
    return desk.facts(f.LinkChanged, up=True)[-1].core


def seen_down(desk: Centre) -> None:
    """Health and figures tell that the switch is away."""
    desk.fact(f.LinkChanged, up=False)
    desk.until(lambda: desk.health()[0] == 503)
    assert any("node1" in reason for reason in desk.health()[1]), desk.health()
    assert desk.metric(CONNECTED) == 0


def start_again(desk: Centre, before: str) -> float:
    """Start the switch; seconds from its being ready until the daemon knows that it is another run."""
    desk.switch.start()
    ready = time.monotonic()
    desk.until(lambda: core(desk) != before)
    return time.monotonic() - ready


def free(desk: Centre) -> dict[str, str]:
    """States of the four agents."""
    return {agent: desk.state(agent) for agent in AGENTS}


def serve_one(desk: Centre, hour: Hour, agent: str) -> None:
    """A new caller goes the whole road, from the greeting to a talk with this agent and its end."""
    caller, call_id = desk.caller(caller="15400008888")
    desk.fact(f.TalkStarted, call_id=call_id, agent=agent)
    desk.talks(caller, hour.phones[agent])
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    desk.record(call_id)


def all_recorded(desk: Centre) -> Counter[str]:
    """Facts and the switch's own files give each call one whole record; what the import counted."""
    for agent in (agent for agent in AGENTS if desk.state(agent) == "wrapup"):
        desk.order(c.FinishWrapUp, agent)
        desk.fact(f.AgentStateChanged, agent=agent, state="ready", previous="wrapup")
    told = sorted(desk.facts(), key=lambda fact: fact.seq)
    record(told)
    counts = import_folder(desk.switch.cdr)
    arrived = {fact.call_id for fact in told if type(fact) is f.CallArrived}
    ends = Counter(fact.call_id for fact in told if type(fact) is f.CallEnded)
    assert ends == Counter(arrived), "each call has one end"
    records = {call.pk: call for call in CallRecord.objects.all()}
    assert set(records) == arrived
    assert all(call.final for call in records.values())
    record(told)
    assert CallRecord.objects.count() == len(arrived)
    return counts


@pytest.mark.alone
def test_kill_9_of_the_switch(desk: Centre, hour: Hour) -> None:
    before = core(desk)
    killed(desk)
    seen_down(desk)
    for state in OPEN:
        assert not desk.facts(f.CallEnded, call_id=hour.id(state)), "nobody knows yet"
        desk.outside.do(hour.party(state).hang_up)
    for phone in hour.phones.values():
        desk.outside.do(phone.call.hang_up)
    # Its database lay in memory: no phone is registered any more, and no event says so.
    shutil.rmtree(desk.switch.folder / "db")
    (desk.switch.folder / "db").mkdir()

    away = start_again(desk, before)
    for state in OPEN:
        end = desk.ended(hour.id(state))
        assert (end.cause, end.ended_by, end.source) == ("switch_crash", "system", "inferred"), state
    # The list of registrations is empty: Carol's phone is away, and she is told so before anybody is lost on it.
    told = desk.fact(f.AgentStateChanged, agent="carol", state="unreachable")
    assert (told.reason, told.misses) == ("phone-unregistered", 0)
    desk.until(lambda: free(desk) == {"alice": "wrapup", "bob": "wrapup", "carol": "unreachable", "dave": "wrapup"})
    assert away < 5
    desk.until(lambda: desk.health()[0] == 200)
    assert desk.metric(CONNECTED) == 1
    caller, call_id = desk.queued()
    assert not desk.facts(f.OfferMade, call_id=call_id)
    hour.phones["carol"].behave = "answer"
    desk.outside.register("1003", password("1003"))
    desk.fact(f.TalkStarted, call_id=call_id, agent="carol")
    desk.talks(caller, hour.phones["carol"])
    desk.outside.do(caller.hang_up)
    desk.ended(call_id)

    desk.outside.register("1001", password("1001"))
    desk.order(c.FinishWrapUp, "alice")
    serve_one(desk, hour, "alice")
    desk.record(call_id)
    assert all_recorded(desk)["calls"] == 3  # one before the crash, two after it; of the others there is no file
    crashed = CallRecord.objects.filter(hangup_cause="switch_crash")
    assert {call.pk for call in crashed} == {hour.id(state) for state in OPEN}
    assert all("inferred" in call.sources and "cdr" not in call.sources for call in crashed)


@pytest.mark.parametrize("end", [terminated, shut_down])
def test_orderly_restart_of_the_switch(desk: Centre, hour: Hour, end: Callable[[Centre], None]) -> None:
    before = core(desk)
    end(desk)
    seen_down(desk)
    causes = {}
    for state in OPEN:
        until(lambda state=state: hour.party(state).state == "ended", f"the caller to be told: {state}")
        ended = desk.ended(hour.id(state))
        causes[hour.id(state)] = desk.record(hour.id(state))["variables"]["hangup_cause"]
        assert (ended.cause, ended.ended_by) == (causes[hour.id(state)], "system"), state
        assert ended.cause in CAUSES[state], state
    desk.until(lambda: free(desk) == {"alice": "wrapup", "bob": "wrapup", "carol": "ready", "dave": "wrapup"})

    start_again(desk, before)
    desk.until(lambda: desk.health()[0] == 200)
    assert desk.metric(CONNECTED) == 1
    desk.until(lambda: free(desk) == {"alice": "wrapup", "bob": "wrapup", "carol": "ready", "dave": "wrapup"})

    # The phones' registrations outlived it: the next call is served at once.
    hour.phones["carol"].behave = "answer"
    serve_one(desk, hour, "carol")
    counts = all_recorded(desk)
    assert counts["calls"] == len(desk.facts(f.CallArrived)), "the switch wrote a file of each call"
    assert counts["bad"] == counts["young"] == 0
    stopped = CallRecord.objects.filter(pk__in=causes)
    assert {call.pk: call.hangup_cause for call in stopped} == causes
