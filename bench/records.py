"""From facts in the stream to committed rows, with fsync on; then an outage of the database, worked off.

Everything runs as in production: a PostgreSQL that syncs each commit, a Valkey with its log, and the process
`manage.py record_events`. The facts are those of whole calls, thousands of which are up at the same time.

The baseline is COPY, in the same run and on the same server, of the very rows that came out (facts, records, visits of
greetings and queues, offers, states) into empty tables with the same indexes, one transaction each. Both figures count
facts. In the outage facts keep coming while the database is down; afterwards the recorder is killed once, too. Lost are
facts without a row and calls without a complete record; doubled are rows beyond those that the calls should have.
"""

import argparse
import io
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psycopg2  # noqa: E402  after the path
import redis  # noqa: E402

from ccsite.run.guard import Guard  # noqa: E402
from ccsite.run.postgres import Postgres  # noqa: E402
from ccsite.run.valkey import Valkey  # noqa: E402
from switchctl.contract import facts as f  # noqa: E402
from switchctl.contract.names import MAIN, RECORD_GROUP  # noqa: E402
from tests.stories import NOON, hour_of_calls, numbered  # noqa: E402

TABLES = (
    "calls_fact", "calls_callrecord", "calls_ivrvisit", "calls_queuevisit", "calls_offer", "calls_agentstateinterval",
)  # fmt: skip
JOURNAL = "bench"
PER_BATCH = 1000


class Stand:
    """The servers and the recorder."""

    def __init__(self, state: Path, guard: Guard) -> None:
        self.log = state / "log"
        self.postgres = Postgres(state, self.log, guard, durable=True)
        self.valkey = Valkey(state, self.log, guard, durable=True)
        for server in (self.postgres, self.valkey):
            server.child.start()
            server.wait()
        self.redis = redis.Redis.from_url(self.valkey.url, socket_timeout=30)
        self.environment = {
            **os.environ, "DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url,
            "SWITCHDESK_VAR": str(state), "DJANGO_SETTINGS_MODULE": "ccsite.settings",
        }  # fmt: skip
        self.recorder: subprocess.Popen[bytes] | None = None
        self.manage("migrate", "-v0").wait()

    def manage(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *words], env=self.environment, stdout=log, stderr=log
            )

    def start_recorder(self) -> None:
        """And wait until it listens."""
        self.recorder = self.manage("record_events")
        until(lambda: self.redis.exists(MAIN.facts) and self.redis.xinfo_consumers(MAIN.facts, RECORD_GROUP))

    def committed(self) -> int:
        return int(self.redis.hget(MAIN.committed, JOURNAL) or 0)

    def feed(self, facts: list[bytes]) -> None:
        for begin in range(0, len(facts), PER_BATCH):
            pipe = self.redis.pipeline(transaction=False)
            for raw in facts[begin : begin + PER_BATCH]:
                pipe.xadd(MAIN.facts, {"f": raw})
            pipe.execute()

    def clear(self) -> None:
        with self.database() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)}, calls_journalmark, calls_deadletter, reports_mark")
            cursor.execute("CHECKPOINT")
        self.redis.flushall()

    @contextmanager
    def database(self) -> Iterator["psycopg2.extensions.cursor"]:
        connection = psycopg2.connect(self.postgres.url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
        connection.close()


def until(condition, seconds: float = 600.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"It did not come to that within {seconds:.0f} s.")
        time.sleep(0.01)


def calls(number: int, first: int = 1, start: int = NOON) -> tuple[list[f.Fact], list[bytes]]:
    """Facts of that many calls and their bytes; about 4,000 calls are up at the same time."""
    stories = hour_of_calls(number, agents=5000, start=start, gap_s=0.02)
    facts = numbered((fact for story in stories for fact in story.facts), JOURNAL, first)
    return facts, [f.encode(fact) for fact in facts]


def recording(stand: Stand, raw: list[bytes]) -> float:
    """Facts a second from the stream into committed rows. The recorder is held while the stream is filled."""
    stand.start_recorder()
    stand.recorder.send_signal(signal.SIGSTOP)
    stand.feed(raw)
    begin = time.perf_counter()
    stand.recorder.send_signal(signal.SIGCONT)
    until(lambda: stand.committed() == len(raw))
    rate = len(raw) / (time.perf_counter() - begin)
    stand.recorder.terminate()
    stand.recorder.wait()
    return rate


def copying(stand: Stand, facts: int) -> float:
    """Facts a second when all the rows that came out are only copied into tables like theirs."""
    with stand.database() as cursor:
        spent = 0.0
        for table in TABLES:
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
                "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [table],
            )
            columns = cursor.fetchone()[0]
            rows = io.StringIO()
            cursor.copy_expert(f"COPY (SELECT {columns} FROM {table}) TO STDOUT", rows)
            cursor.execute(f"CREATE TABLE copy_of_{table} (LIKE {table} INCLUDING ALL)")
            rows.seek(0)
            begin = time.perf_counter()
            cursor.copy_expert(f"COPY copy_of_{table} ({columns}) FROM STDIN", rows)
            spent += time.perf_counter() - begin
            cursor.execute(f"DROP TABLE copy_of_{table}")
    return facts / spent


def outage(stand: Stand, seconds: float, per_second: int, after: float) -> dict[str, float]:
    """Facts keep coming at that rate while the database is down for ``seconds``, and for ``after`` seconds more."""
    stand.clear()
    facts, raw = calls(round(per_second * (seconds + after) / 15))
    stand.start_recorder()
    feeder = threading.Thread(target=steadily, args=(stand, raw, per_second))
    feeder.start()
    until(lambda: stand.committed() > 0)
    stand.postgres.child.ask_to_stop()
    stand.postgres.child.finish(time.monotonic() + 30)
    down = time.monotonic()
    time.sleep(seconds)
    stand.postgres.child.start()
    stand.postgres.wait()
    up, before = time.monotonic(), stand.committed()
    backlog = int(stand.redis.xlen(MAIN.facts)) - before
    until(lambda: stand.committed() > before)
    stand.recorder.kill()
    stand.recorder.wait()
    stand.start_recorder()
    until(lambda: int(stand.redis.xlen(MAIN.facts)) - stand.committed() < per_second)
    caught_up = time.monotonic() - up
    feeder.join()
    until(lambda: stand.committed() == len(raw))
    stand.recorder.terminate()
    stand.recorder.wait()
    return {
        "outage_seconds": round(up - down, 1), "outage_facts": len(raw), "backlog": backlog,
        "worked_off_seconds": round(caught_up, 1), **compared(stand, facts),
    }  # fmt: skip


def steadily(stand: Stand, raw: list[bytes], per_second: int) -> None:
    begin = time.monotonic()
    for place in range(0, len(raw), 100):
        time.sleep(max(0.0, begin + place / per_second - time.monotonic()))
        stand.feed(raw[place : place + 100])


def compared(stand: Stand, facts: list[f.Fact]) -> dict[str, int]:
    """Rows that should be and are not, and those that are and should not."""
    expected = {
        "calls_fact": {fact.id for fact in facts},
        "calls_callrecord": {fact.call_id for fact in facts},
        "calls_ivrvisit": {fact.flow_visit for fact in facts if isinstance(fact, f.FlowEntered)},
        "calls_queuevisit": {fact.visit for fact in facts if isinstance(fact, f.QueueEntered)},
        "calls_offer": {fact.offer for fact in facts if isinstance(fact, f.OfferMade)},
        "calls_agentstateinterval": {fact.id for fact in facts if isinstance(fact, f.AgentStateChanged)},
    }
    keys = {
        "calls_callrecord": "call_id", "calls_ivrvisit": "visit", "calls_queuevisit": "visit", "calls_offer": "offer",
    }  # fmt: skip
    lost = doubled = 0
    with stand.database() as cursor:
        for table, wanted in expected.items():
            cursor.execute(f"SELECT {keys.get(table, 'id')} FROM {table}")
            found = [row[0] for row in cursor.fetchall()]
            lost += len(wanted - set(found))
            doubled += len(found) - len(wanted & set(found))
        cursor.execute("SELECT count(*) FROM calls_callrecord WHERE NOT final")
        lost += cursor.fetchone()[0]
    return {"lost": lost, "doubled": doubled}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer calls, and an outage of 3 s instead of 60 s")
    quick = parser.parse_args().quick
    rounds, number, seconds = (3, 1500, 3.0) if quick else (5, 10_000, 60.0)
    state = Path(tempfile.mkdtemp(prefix="switchdesk-bench-"))
    state.chmod(0o711)
    try:
        with Guard() as guard:
            stand = Stand(state, guard)
            ours, theirs = [], []
            facts, raw = calls(number)
            for _ in range(rounds):
                stand.clear()
                ours.append(recording(stand, raw))
                theirs.append(copying(stand, len(raw)))
                print(f"{len(raw)} facts of {number} calls: {ours[-1]:.0f}/s recorded, {theirs[-1]:.0f}/s copied")
            whole = compared(stand, facts)
            assert not any(whole.values()), whole
            worked_off = outage(stand, seconds, 1500 if quick else 3000, 7 if quick else 20)
            if quick:
                print(f"The outage lasted {seconds:.0f} s only; without --quick it lasts 60 s.")
            for server in (stand.postgres, stand.valkey):
                server.child.ask_to_stop()
                server.child.finish(time.monotonic() + 20)
    finally:
        shutil.rmtree(state, ignore_errors=True)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        json.dumps(
            {
                "bench": "records",
                "per_second": round(statistics.median(ours)),
                "baseline": "COPY of the same rows into empty tables with the same indexes",
                "copy_per_second": round(statistics.median(theirs)),
                "ratio": round(ratio, 3),
                "fsync": True,
                **worked_off,
            }
        )
    )


if __name__ == "__main__":
    main()
