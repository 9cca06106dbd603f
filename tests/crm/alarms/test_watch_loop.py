"""The loop around the looks: what does not come back, what others raised, and what a restart finds."""

import threading
import time

import pytest

from crm.alarms.findings import Finding
from crm.alarms.looks import Look
from crm.alarms.models import Alarm, Severity
from crm.alarms.services import alarm_clear, alarm_raise
from crm.alarms.watch import Watch
from crm.alarms.words import DATABASE_AWAY, LINK_DOWN

pytestmark = pytest.mark.django_db(transaction=True)
GONE = {"database_away": [Finding("", Severity.CRITICAL, DATABASE_AWAY, {"reason": "frozen"})]}
DOWN = {"link_down": [Finding("fs1", Severity.CRITICAL, LINK_DOWN, {"node": "fs1"})]}


class Heard:
    """A channel that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def put(self, message) -> None:
        self.heard.append(str(message))

    def close(self, seconds: float) -> None:
        self.heard.append("closed")


class Running:
    """A watch whose clock is ours: each step is a second later."""

    def __init__(self, *looks: Look) -> None:
        self.channel = Heard()
        self.watch = Watch([self.channel], looks)
        self.now = 1000.0

    def until(self, condition, pace: float = 1.0) -> None:
        """Steps until the condition holds; threads get their time."""
        tick, deadline = threading.Event(), time.monotonic() + 120
        while True:
            self.watch.step(self.now)
            self.now += pace
            if condition():
                return
            assert time.monotonic() < deadline, f"it did not come to that; told: {self.channel.heard}"
            tick.wait(0.01)


@pytest.fixture(autouse=True)
def steadiness(settings, transactional_db):
    """Its threads end with the test: books that wrote a row once the database was emptied would have it adopted by the
    next test's watch, which then tells nobody of an alarm that stands already."""
    settings.ALARM_RAISE_AFTER_S, settings.ALARM_CLEAR_AFTER_S = 10, 60
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("watch: "):
            thread.join(60)


def test_a_look_that_does_not_come_back_is_late_and_holds_up_nobody():
    stuck = threading.Event()
    frozen = Look("database", lambda open: {} if stuck.wait(60) else {}, 5, GONE)
    running = Running(frozen, Look("daemons", lambda open: DOWN, 5))
    running.until(lambda: len(running.channel.heard) == 2)
    assert sorted(running.channel.heard) == ["opened: database_away", "opened: link_down fs1"]
    stuck.set()


def test_a_look_that_fails_is_logged_and_tried_again(caplog):
    tries = []

    def look(open):
        tries.append(open)
        if len(tries) == 1:
            raise ZeroDivisionError
        return DOWN

    running = Running(Look("daemons", look, 5))
    running.until(lambda: running.channel.heard == ["opened: link_down fs1"])
    assert "the watch's daemons failed" in caplog.text


def test_rows_of_others_are_told_by_the_watch():
    alarm_raise("conservation", "2026-11-22 x", severity="critical", text="It does not add up.")
    running = Running()
    running.until(lambda: running.channel.heard == ["opened: conservation 2026-11-22 x"])
    running.until(lambda: Alarm.objects.get().told == "critical")
    alarm_clear("conservation", "2026-11-22 x")
    running.until(lambda: Alarm.objects.get().told == "over")
    assert running.channel.heard == ["opened: conservation 2026-11-22 x", "over: conservation 2026-11-22 x"]


def test_a_restart_goes_on_with_the_rows():
    first = Running(Look("daemons", lambda open: DOWN, 5))
    first.until(lambda: Alarm.objects.filter(code="link_down", told="critical").exists())
    second = Running(Look("daemons", lambda open: DOWN, 5))
    second.until(lambda: second.watch.ledger.open != {}, pace=0.0)  # so no time passes in which its own look would tell
    assert second.channel.heard == []
    third = Running(Look("daemons", lambda open: {"link_down": []}, 5))
    third.until(lambda: third.watch.ledger.open != {}, pace=0.0)
    third.until(lambda: Alarm.objects.filter(cleared_at__isnull=False).exists())
    assert third.channel.heard == ["over: link_down fs1"]
    assert Alarm.objects.count() == 1


def test_an_acknowledgement_is_kept_while_the_alarm_stands(cast):
    running = Running(Look("daemons", lambda open: DOWN, 5))
    running.until(lambda: Alarm.objects.exists())
    Alarm.objects.update(acknowledged_by=cast.sofia)
    running.until(lambda: Alarm.objects.get().count > 5)
    assert Alarm.objects.get().acknowledged_by == cast.sofia


def test_the_end_closes_the_channels():
    running, stop = Running(), threading.Event()
    stop.set()
    running.watch.run(stop)
    assert running.channel.heard == ["closed"]


def test_the_real_looks_of_a_healthy_centre(bus, settings):
    from crm.alarms.alive import watched
    from crm.alarms.looks import LOOKS

    settings.ALARM_DISK_PERCENT = (0, 0)
    assert watched() is False
    settings.ALARM_RAISE_AFTER_S = 0
    running = Running(*LOOKS)
    running.until(lambda: watched() and running.channel.heard, pace=0.01)  # about as time goes: none of them is late
    assert running.channel.heard == ["opened: daemon_away"]
