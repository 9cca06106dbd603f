"""The figures on their way to a floor: counted by one process, the same in snapshot and message, within scope."""

from datetime import timedelta

import msgspec
import pytest
from django.utils import timezone, translation

from crm import bus as buses
from crm.alarms.services import alarm_raise
from crm.alarms.words import LONG_PAUSE, LONGEST_WAIT
from crm.calls.models import QueueVisit
from crm.live import pages
from crm.live.counted import count, counted, counted_plain, keep
from crm.live.counter import Counter, watched
from crm.live.scope import floor_scope
from crm.live.state import Saved, encode
from switchctl.contract.live import LiveAgent, LiveView
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db


def visits(*told: tuple[str, str, int]) -> None:
    """Queue, exit and wait (ms) of visits that began a minute ago."""
    at = timezone.now() - timedelta(minutes=1)
    QueueVisit.objects.bulk_create(
        QueueVisit(
            visit=f"v{n}", call_id=f"c{n}", queue=queue, entered_at=at, exit=exit, wait_ms=wait,
            left_at=at + timedelta(milliseconds=wait),
        )
        for n, (queue, exit, wait) in enumerate(told)
    )  # fmt: skip


def shown(user) -> dict:
    """What a page of hers opens with, in English."""
    with translation.override("en"):
        return _shown(user)


def _shown(user) -> dict:
    return pages.floor_figures(floor_scope(user), {"figures": counted_plain(), **watched()})


def test_a_message_says_what_a_fresh_page_says(cast, bus):
    visits(("support", "answered", 4000), ("support", "abandoned", 9000), ("sales", "answered", 99_000))
    bus.set(MAIN.live, encode(Saved(view=LiveView(agents={"alice": LiveAgent(id="alice", answered=3)}))))
    message = Counter().counted()
    for user in (cast.ada, cast.sofia, cast.boris):
        assert pages.floor_figures(floor_scope(user), message) == _shown(user)


def test_kept_figures_are_a_fresh_count(cast, bus):
    visits(("support", "answered", 4000), ("support", "", 0), ("sales", "abandoned", 7000))
    now = timezone.now()
    keep(count(now))
    assert counted() == count(now)


def test_each_supervisor_is_told_her_own_queues_and_people(cast, bus):
    visits(("support", "answered", 4000), ("sales", "answered", 4000))
    agents = {login: LiveAgent(id=login, answered=1) for login in ("alice", "carol")}
    bus.set(MAIN.live, encode(Saved(view=LiveView(agents=agents))))
    waits, rests = {"queue": "sales", "limit": "2:00"}, {"agent": "alice", "limit": "15:00"}
    alarm_raise("longest_wait", "sales", severity="critical", text=LONGEST_WAIT, params=waits)
    alarm_raise("long_pause", "alice", severity="warning", text=LONG_PAUSE, params=rests)
    alarm_raise("daemon_away", severity="critical", text="x")
    keep(count(timezone.now()))
    sofias, boriss, adas = shown(cast.sofia), shown(cast.boris), shown(cast.ada)
    assert set(sofias["figures"]["window"]) == {"support"} and set(boriss["figures"]["window"]) == {"sales"}
    assert set(sofias["figures"]["answered"]) == {"alice"} and set(boriss["figures"]["answered"]) == {"carol"}
    assert {alarm["code"] for alarm in sofias["alarms"]} == {"long_pause", "daemon_away"}
    assert {alarm["code"] for alarm in boriss["alarms"]} == {"longest_wait", "daemon_away"}
    assert len(adas["alarms"]) == 3
    assert next(a for a in sofias["alarms"] if a["agent"])["sentence"] == "Alice is paused for longer than 15:00."
    assert "Alice" not in repr(boriss) and "sales" not in repr(sofias)


def test_the_mark_beside_todays_calls_is_what_the_live_view_had(cast, bus):
    bus.set(MAIN.live, encode(Saved(view=LiveView(agents={"alice": LiveAgent(id="alice", answered=5)}))))
    assert count(timezone.now()).answered == {"alice": (0, 5)}


def test_before_anybody_counted_there_are_no_figures(cast, bus):
    assert counted() is None and shown(cast.ada)["figures"] is None
    bus.set(MAIN.figures, msgspec.json.encode({"at": "old form"}))
    assert counted() is None


@pytest.mark.django_db(transaction=True)
async def test_what_is_away_is_waited_for_and_said_once(settings, free_port, caplog):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    buses.client.cache_clear()
    counting = Counter()
    told = [await counting.attempt(), await counting.attempt()]
    buses.client.cache_clear()
    assert told == [False, False]
    assert caplog.text.count("cannot be counted") == 1


def test_counting_reads_little(cast, bus, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        Counter().counted()
