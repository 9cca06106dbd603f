"""Limits of the floor: what is found beyond them, who is told, and how they are set."""

import time

import pytest
from django.utils import timezone, translation

from crm.alarms.books import keep
from crm.alarms.ledger import Ledger
from crm.alarms.looks import AT_ONCE, SOON_OVER
from crm.alarms.looks.floor import floor, judged
from crm.alarms.models import Alarm, Limit
from crm.alarms.rules import RULES, Limits
from crm.alarms.selectors import alarms_open, limits
from crm.alarms.services import alarm_acknowledge, alarm_raise
from crm.alarms.words import LONG_PAUSE, sentence
from crm.audit.models import Entry
from crm.calls.figures import Counts
from crm.live.counted import Counted
from crm.live.counted import keep as keep_figures
from switchctl.contract.live import LiveAgent, LiveCall, LiveView

NOW = 10_000_000_000
SECOND = 1_000_000
SERVED = {"support": {"alice", "bob"}, "sales": {"carol"}}


def figures(at: int = NOW, **window: Counts) -> Counted:
    return Counted(at=at, day_begin=0, day={}, window=window, slots={}, line_from=0, line={}, answered={})


def waits(call: str, seconds: int, queue: str = "support") -> LiveCall:
    return LiveCall(id=call, stage="waiting", queue=queue, entered=NOW - seconds * SECOND)


def agent(login: str, state: str, seconds: int, **more) -> LiveAgent:
    return LiveAgent(id=login, state=state, since=NOW - seconds * SECOND, **more)


def found(calls=(), agents=(), told=None, known=None, open=None) -> dict[str, list[tuple[str, str]]]:
    """Code → (subject, severity); codes without a finding are left out."""
    view = LiveView(calls={call.id: call for call in calls}, agents={one.id: one for one in agents})
    seen = judged(view, told or figures(), SERVED, known or Limits(), open or {}, NOW)
    assert seen.keys() == RULES.keys()
    return {code: [(one.subject, str(one.severity)) for one in many] for code, many in seen.items() if many}


@pytest.mark.parametrize(("seconds", "severity"), [(59, None), (60, "warning"), (119, "warning"), (120, "critical")])
def test_a_long_wait(seconds, severity):
    ready = [agent("alice", "ready", 1)]
    wanted = {"longest_wait": [("support", severity)]} if severity else {}
    assert found([waits("c1", seconds), waits("c2", 5)], ready) == wanted


def test_nobody_ready_for_those_who_wait():
    three = [waits(f"c{n}", 1) for n in range(3)]
    assert found(three, [agent("alice", "talking", 5)]) == {"nobody_ready": [("support", "warning")]}
    assert found(three, [agent("carol", "ready", 5)]) == {"nobody_ready": [("support", "warning")]}
    assert found(three, [agent("bob", "ready", 5)]) == {}
    assert found(three[:2]) == {}


@pytest.mark.parametrize(("in_time", "severity"), [(8, None), (7, "warning"), (6, "critical")])
def test_a_service_level_below_its_target(in_time, severity):
    told = figures(support=Counts(offered=10, answered=10, in_time=in_time))
    assert found(told=told) == ({"service_level": [("support", severity)]} if severity else {})


def test_rates_of_few_callers_are_not_judged():
    assert found(told=figures(support=Counts(offered=4, abandoned=4))) == {}
    assert found(told=figures(support=Counts(offered=10, answered=9, in_time=9, abandoned=1))) == {
        "abandon_rate": [("support", "critical")]
    }


@pytest.mark.parametrize(
    ("code", "one", "call"),
    [
        ("long_pause", agent("alice", "paused", 16 * 60, reason="break"), None),
        ("long_wrapup", agent("alice", "wrapup", 125), None),
        (
            "long_talk",
            agent("alice", "talking", 11 * 60, call_id="c1"),
            LiveCall(id="c1", stage="talking", queue="support"),
        ),
        (
            "long_hold",
            agent("alice", "talking", 90, call_id="c1"),
            LiveCall(id="c1", stage="held", queue="support", hold_since=NOW - 70 * SECOND),
        ),
    ],
)
def test_what_an_agent_does_for_too_long(code, one, call):
    assert found([call] if call else [], [one]) == {code: [("alice", "warning")]}


def test_a_queue_and_a_reason_have_limits_of_their_own():
    known = Limits([("longest_wait", "sales", 10, 20, False), ("long_pause", "lunch", None, None, False)])
    ready = [agent("alice", "ready", 1), agent("carol", "ready", 1), agent("bob", "paused", 9000, reason="lunch")]
    calls = [waits("c1", 15, "sales"), waits("c2", 15)]
    assert found(calls, ready, known=known) == {"longest_wait": [("sales", "warning")]}


def test_an_open_alarm_ends_only_when_it_is_clearly_better():
    told = figures(support=Counts(offered=100, answered=100, in_time=84))
    open = {("service_level", "support"): "warning"}
    assert found(told=told) == {}
    assert found(told=told, open=open) == {"service_level": [("support", "warning")]}


def test_a_wait_that_ended_is_over_at_the_second_look():
    ledger = Ledger(10, 60, AT_ONCE, SOON_OVER)
    view = LiveView(calls={"c1": waits("c1", 90)}, agents={"alice": agent("alice", "ready", 1)})
    wrong = judged(view, figures(), SERVED, Limits(), {}, NOW)
    fine = judged(LiveView(), figures(), SERVED, Limits(), {}, NOW)

    at = timezone.now()
    assert [event.what for event in ledger.step(wrong, at, 0)] == ["opened"]
    assert [event.what for event in ledger.step(fine, at, 5) + ledger.step(fine, at, 10)] == ["over"]


@pytest.mark.django_db
def test_alarms_are_told_by_mail_only_where_that_is_wanted():

    view = LiveView(calls={"c1": waits("c1", 90)}, agents={"alice": agent("alice", "ready", 1)})
    for told in (False, True):
        ledger = Ledger(10, 60, AT_ONCE, SOON_OVER)
        known = Limits([("longest_wait", "", 60, 120, told)])
        (event,) = ledger.step(judged(view, figures(), SERVED, known, {}, NOW), timezone.now(), 0)
        assert event.alarm.aloud is told
    keep(ledger.unsaved(0), [], adopt=False, language="en")
    alarm = Alarm.objects.get()
    with translation.override("en"):
        said = sentence(alarm.text, {**alarm.params, "queue": "Support"})
    assert said == "A caller of Support waits longer than 1:00."


@pytest.mark.django_db
def test_old_figures_say_nothing(bus, cast):
    assert floor({}) == {}
    keep_figures(figures(at=time.time_ns() // 1000 - 90 * SECOND))
    assert floor({}) == {}
    keep_figures(figures(at=time.time_ns() // 1000))
    assert floor({}) == {code: [] for code in RULES}


@pytest.mark.django_db
def test_each_sees_and_takes_care_of_what_is_on_her_floor(cast):
    told = {"agent": "carol", "limit": "15:00"}
    pause = alarm_raise("long_pause", "carol", severity="warning", text=LONG_PAUSE, params=told)
    assert alarms_open(cast.boris) == alarms_open(cast.ada) == [pause] and alarms_open(cast.sofia) == []
    assert not alarm_acknowledge(pause.pk, user=cast.sofia)
    assert alarm_acknowledge(pause.pk, user=cast.boris)


# --- setting them --------------------------------------------------------------------------------------------------


def typed(**changes: str) -> dict[str, str]:
    fields = {}
    for code, rule in RULES.items():
        fields |= {f"{code}.warning": f"{rule.warning:g}", f"{code}.critical": f"{rule.critical:g}"}
    return fields | {name.replace("__", "."): value for name, value in changes.items()}


@pytest.mark.django_db
def test_limits_are_set_and_audited(client, cast):
    client.force_login(cast.ada)
    page = client.get("/alarms/limits/", headers={"accept-language": "en"}).content.decode()
    assert "Longest wait" in page and 'value="120"' in page
    changed = {"long_talk__told": "on", "long_hold__critical": ""}
    answer = client.post("/alarms/limits/", typed(longest_wait__warning="30", **changed))
    assert answer.status_code == 302
    assert limits().pair("longest_wait") == (30, 120) and limits().pair("long_hold") == (60, None)
    assert limits().told("long_talk") and not limits().told("longest_wait")
    client.post("/alarms/limits/", typed(longest_wait__warning="40", **changed))
    changed = Entry.objects.filter(kind="alarms_limit", action="update")
    assert [entry.after for entry in changed] == [{"warning": 40.0}] and changed[0].who == "ada"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"longest_wait__warning": "130"}, {"service_level__critical": "90"}, {"service_level__warning": "101"},
     {"long_talk__critical": "x"}, {"long_talk__warning": "-1"}, {"long_talk__warning": "nan"}],
)  # fmt: skip
def test_what_makes_no_sense_sets_nothing(client, cast, wrong):
    client.force_login(cast.ada)
    answer = client.post("/alarms/limits/", typed(long_hold__warning="33", **wrong))
    assert answer.status_code == 400 and not Limit.objects.exists()
    assert next(iter(wrong.values())) in answer.content.decode()  # what she typed stays


@pytest.mark.django_db
def test_exceptions_come_and_go(client, cast):
    client.force_login(cast.ada)
    add = {"for": "longest_wait:sales", "warning": "10", "critical": "20"}
    assert client.post("/alarms/limits/add/", add).status_code == 302
    assert limits().pair("longest_wait", "sales") == (10, 20) and limits().pair("longest_wait", "support") == (60, 120)
    assert client.post("/alarms/limits/add/", {**add, "for": "longest_wait:nowhere"}).status_code == 400
    assert client.post("/alarms/limits/add/", {**add, "for": "long_pause:sales"}).status_code == 400
    assert client.post("/alarms/limits/remove/", {"code": "longest_wait", "of": "sales"}).status_code == 302
    assert limits().pair("longest_wait", "sales") == (60, 120)


@pytest.mark.django_db
def test_supervisors_do_not_set_them(client, cast):
    client.force_login(cast.sofia)
    assert client.get("/alarms/limits/").status_code == client.post("/alarms/limits/", typed()).status_code == 403
    assert not Limit.objects.exists()
