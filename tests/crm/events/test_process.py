"""The publisher and the web as the processes that `make run` starts, killed without warning: who follows the events is
told each of them once."""

import signal
from pathlib import Path

import pytest
from django.db import connection

from crm.events.models import Event
from tests.crm.events.processes import Follower, processes, until
from tests.crm.events.story import public, stream, whole
from tests.stories import hour_of_calls, numbered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
__all__ = ["processes"]
STREAMS = 7
KILLS = 2


def test_killed_again_and_again_everybody_is_told_each_event_once(bus, programs, processes):
    program = programs("events.follow")
    followers = [Follower(processes.port, program.text) for _ in range(2)]
    web, publisher = processes.web(), processes.publisher()
    for follower in followers:
        follower.start()
    until(lambda: all(follower.opened for follower in followers))
    facts = numbered(fact for story in hour_of_calls(150) for fact in story.facts)
    step = len(facts) // KILLS
    for n in range(KILLS):
        known = Event.objects.count()
        stream(bus, facts[n * step : (n + 1) * step])
        until(lambda known=known: Event.objects.count() > known)  # it is in the middle of it
        publisher.send_signal(signal.SIGKILL)
        publisher.wait()
        if n == 1:
            web.send_signal(signal.SIGKILL)
            web.wait()
            web = processes.web()
        publisher = processes.publisher()
    stream(bus, facts[KILLS * step :])
    until(lambda: Event.objects.count() == len(public(facts)))
    whole(public(facts))
    everything = list(range(1, len(public(facts)) + 1))
    until(lambda: all(len(follower.seen) >= len(everything) for follower in followers))
    for follower in followers:
        assert follower.seen == everything and follower.resumed
        follower.end()
    publisher.send_signal(signal.SIGTERM)
    assert publisher.wait(60) == 0


def test_open_streams_hold_neither_threads_nor_connections(bus, programs, processes):
    program = programs("events.follow")
    web = processes.web()
    first = Follower(processes.port, program.text, None)
    first.start()
    until(lambda: first.opened)
    others = [Follower(processes.port, program.text, None) for _ in range(STREAMS)]
    for follower in others:
        follower.start()
    until(lambda: all(follower.opened for follower in others))
    before = _threads(web.pid)
    for _ in range(STREAMS):  # one after the other, each by a thread that an open stream left free
        others.append(Follower(processes.port, program.text, None))
        others[-1].start()
        until(lambda: others[-1].opened)
    assert _threads(web.pid) < before + STREAMS // 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] < len(others)  # some are kept for the next requests (ccsite.rows)
    for follower in (first, *others):
        follower.end()


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
