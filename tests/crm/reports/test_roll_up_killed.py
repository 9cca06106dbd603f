"""`manage.py roll_up` killed without warning, in the middle of a round or anywhere: nothing is lost, no half is left.

It is held at one of its tables by a lock of ours, so that it is known where it dies.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from crm.reports.models import Mark, QueueHalfHour
from crm.reports.rollup.kinds import KINDS
from crm.reports.rollup.lock import LOCK
from crm.reports.rollup.whole import count_all
from tests.crm.calls.rows import record
from tests.crm.calls.test_process import until
from tests.crm.reports import laws
from tests.stories import hour_of_calls, numbered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).resolve().parents[3]
STATIONS = ("reports_queuehalfhour", "reports_queueday", "reports_agenthalfhour", "reports_trunkday", "reports_mark")
"""Tables that a round writes, in its order. At the first nothing is written yet, at the last all but the marks."""
CALLS, AT_ONCE = 400, 150
SEED = 20261122


@pytest.fixture
def start():
    """Starts roll_up on the tests' database; whatever still runs at the end is ended."""
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    running: list[subprocess.Popen[bytes]] = []

    def process() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "manage.py"), "roll_up"]
        running.append(subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}))
        return running[-1]

    yield process
    for one in running:
        one.kill()
        one.wait()


@pytest.fixture
def batches() -> Iterator[list]:
    facts = numbered(fact for story in hour_of_calls(CALLS, agents=20, gap_s=20) for fact in story.facts)
    return iter([facts[place : place + AT_ONCE] for place in range(0, len(facts), AT_ONCE)])


def value(query: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


@contextmanager
def held(table: str) -> Iterator[None]:
    """Who writes into the table waits."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield
    finally:
        other.close()


def stands_at(table: str) -> bool:
    return value("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", table) > 0


def counting() -> bool:
    return value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted", LOCK) > 0


def kill(process: subprocess.Popen[bytes]) -> None:
    assert process.poll() is None, "it lived until now"
    process.send_signal(signal.SIGKILL)
    process.wait()


def offered() -> int:
    return QueueHalfHour.objects.filter(by="offered").aggregate(found=Sum("offered"))["found"] or 0


def test_killed_in_the_middle_of_rounds(start, batches, roll_up):
    for table in STATIONS:
        record(next(batches))
        before, marks = laws.counted(), set(Mark.objects.values_list("pk", flat=True))
        with held(table):
            process = start()
            until(lambda table=table: stands_at(table))
            kill(process)
        until(lambda: not counting())
        assert laws.counted() == before, f"half a round is left at {table}"
        assert marks and set(Mark.objects.values_list("pk", flat=True)) == marks
        roll_up()
    whole(start, batches, roll_up)


def test_killed_at_any_moment_while_facts_are_recorded(start, batches, roll_up):
    chance = Random(SEED)
    for _ in range(3):
        record(next(batches))
        known, process = offered(), start()
        until(lambda known=known: counting() or offered() > known)
        for _batch in range(chance.randint(0, 6)):
            record(next(batches))
        kill(process)
    whole(start, batches, roll_up)


def whole(start, batches, roll_up) -> None:
    """One that is left alone ends with what counting all anew ends with."""
    process = start()
    for batch in batches:
        record(batch)
    until(lambda: not Mark.objects.exists())
    found = laws.counted()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert laws.broken() == []
    with transaction.atomic():
        for kind in KINDS.values():
            kind.half_hour.objects.all().delete()
            kind.day.objects.all().delete()
    count_all()
    assert laws.counted() == found
    assert found["QueueHalfHour"] and found["AgentHalfHour"] and found["TrunkHalfHour"]
