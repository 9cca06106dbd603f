"""The rows of a big centre's year, straight into the database: `make data-big`, `python -m bench.rig.big --scale 0.05`.

10,000,000 calls of 13 months with their visits and offers, and the states of 500 agents in 20 queues, in a PostgreSQL
that stays in ``var/big`` for every bench that asks for it (``var/big-0.05`` for a twentieth). Made month by month, each
in one transaction; who breaks it off goes on with the month that was not whole. Days have the profile of a centre that
works round the clock: two hills of a working day, a quiet night, half as much at weekends. Of 100 calls 5 are dialled,
1 finds no line, 3 leave in the greeting, 8 in the queue, some fail; the rest is answered, 6 in 100 after a miss. An
agent has one call after the other, a break where there is time for it, and goes home.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.rig.servers import servers  # noqa: E402  after the path
from ccsite.run.guard import Guard  # noqa: E402
from ccsite.run.postgres import Postgres  # noqa: E402

CALLS, DAYS, AGENTS, QUEUES = 10_000_000, 395, 500, 20
ROOM_GB = 32
"""What all of it needs, and as much again as sorting takes."""
SETTINGS = {
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "8GB", "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB", "work_mem": "64MB", "checkpoint_timeout": "30min", "autovacuum": "off",
}  # fmt: skip
"""Of the server that is filled. A table that was emptied in the transaction is then written once, not twice. Rows do
not change any more, so nobody has to look after them."""
HALF_HOURS = (
    3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 2, 3, 5, 9, 14, 22, 36, 58, 84, 96, 100, 97, 88, 76,
    60, 54, 58, 66, 84, 92, 94, 90, 82, 72, 60, 48, 38, 32, 28, 26, 24, 21, 18, 15, 11, 8, 6, 4,
)  # fmt: skip
"""Calls of a working day, as shares; 00:00 first."""
TABLES = ("calls_callrecord", "calls_queuevisit", "calls_ivrvisit", "calls_offer", "calls_agentstateinterval")

SLOTS = """
CREATE TABLE IF NOT EXISTS big_slot AS
SELECT start, date_trunc('month', start AT TIME ZONE 'UTC')::date AS month, calls,
    (sum(calls) OVER (ORDER BY start) - calls)::bigint AS before
FROM (
    SELECT start, (floor(%(calls)s * sum(part) OVER w / sum(part) OVER ()) -
        floor(%(calls)s * (sum(part) OVER w - part) / sum(part) OVER ()))::bigint AS calls
    FROM (
        SELECT (day + half * interval '30 minutes') AT TIME ZONE 'Asia/Shanghai' AS start,
            (%(shares)s::float[])[half + 1] * CASE WHEN extract(isodow FROM day) > 5 THEN 0.5 ELSE 1 END
            * (1 + 0.1 * sin(extract(doy FROM day) / 58)) AS part
        FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') AS day, generate_series(0, 47) AS half
    ) parts WINDOW w AS (ORDER BY start)
) slots;
CREATE TABLE IF NOT EXISTS big_done (month date PRIMARY KEY, seconds float, calls bigint)
"""

CALLS_OF_MONTH = """
CREATE TEMPORARY TABLE big_call ON COMMIT DROP AS
SELECT n, 'c' || lpad(n::text, 8, '0') AS call_id, %(month)s::date AS month, at, agent_no, 'agent' || agent_no AS agent,
    'agent' || (agent_no + 250) %% %(agents)s AS missed,
    'q' || floor(%(queues)s * power(agent_no::float / %(agents)s, 1.5)) AS queue, number, kind, rna,
    at + interval '5 seconds' AS entered,
    at + interval '5 seconds' + wait * interval '1 ms' + rna * interval '20 seconds' AS talks,
    (wait + rna * 20000)::bigint AS wait, ring::bigint AS ring, talk::bigint AS talk,
    CASE WHEN held < 0.15 THEN (5000 + held * 300000)::bigint ELSE 0 END AS hold, wrap::bigint AS wrap, says,
        'trunk' || n %% 3 AS trunk
FROM (
    SELECT *, CASE WHEN die < 0.05 THEN CASE WHEN die < 0.035 THEN 'dialled' ELSE 'no_answer' END
        WHEN die < 0.06 THEN 'blocked' WHEN die < 0.09 THEN 'greeting' WHEN die < 0.17 THEN 'abandoned'
        WHEN die < 0.174 THEN 'failed' ELSE 'answered' END AS kind,
        CASE WHEN die BETWEEN 0.94 AND 1 THEN 1 ELSE 0 END AS rna,
        CASE WHEN die BETWEEN 0.09 AND 0.17 THEN LEAST(-ln(patience) * 30000, 240000)
             ELSE LEAST(-ln(patience) * 9000, 120000) + ring END AS wait
    FROM (
        SELECT before + k AS n, (before + k) %% %(agents)s AS agent_no,
            start + (k - 0.5 + 0.8 * (random() - 0.5)) * interval '30 minutes' / calls AS at,
            '+86154' || lpad((floor(random() * random() * 1500000)::bigint * 61 %% 100000000)::text, 8, '0') AS number,
            random() AS die, 1 - random() AS patience, 1500 + floor(random() * 6000) AS ring, random() AS held,
            LEAST(20000 + -ln(1 - random()) * 130000, 420000) AS talk, 4000 + floor(random() * 30000) AS wrap,
            random() AS says
        FROM big_slot, generate_series(1, calls) AS k WHERE month = %(month)s OFFSET 0
    ) drawn
) kinds
"""

ROWS = """
INSERT INTO calls_callrecord (call_id, month, direction, number, number_e164, caller_name, dialled, trunk, node,
    entry_stage, arrived_at, arrival_rank, answered_at, queue_entered_at, talk_started_at, ended_at, queue, agent,
        wait_ms,
    talk_ms, hold_ms, wrap_ms, hangup_cause, ended_by, sip_status, q850, told_by, dial_result, failed)
SELECT call_id, month, CASE WHEN out THEN 'outbound' ELSE 'inbound' END, number, number, '',
    CASE WHEN out THEN '' ELSE '4001' END, trunk, CASE WHEN kind <> 'blocked' THEN 'node1' ELSE '' END,
    CASE WHEN kind = 'blocked' THEN 'blocked' WHEN out THEN 'dialled' ELSE 'entry' END, at,
    CASE WHEN kind = 'blocked' THEN 1 ELSE 0 END, CASE WHEN NOT out AND kind <> 'blocked' THEN at END,
    CASE WHEN queued THEN entered END, CASE WHEN talked THEN talks END,
    CASE kind WHEN 'blocked' THEN at + interval '40 ms' WHEN 'greeting' THEN at + interval '3 s'
        WHEN 'no_answer' THEN at + interval '25 s' ELSE talks END
        + CASE WHEN talked THEN (talk + hold) * interval '1 ms' ELSE interval '0' END,
    CASE WHEN queued THEN queue ELSE '' END, CASE WHEN talked OR out THEN agent ELSE '' END, CASE WHEN queued
        THEN wait END,
    CASE WHEN talked THEN talk END, CASE WHEN talked THEN hold END, CASE WHEN talked THEN wrap END,
    CASE kind WHEN 'blocked' THEN 'NORMAL_TEMPORARY_FAILURE' WHEN 'no_answer' THEN 'NO_ANSWER'
        ELSE 'NORMAL_CLEARING' END,
    CASE WHEN kind IN ('blocked', 'failed', 'no_answer') THEN 'system' WHEN talked AND says < 0.35 THEN 'agent'
        ELSE 'customer' END,
    CASE kind WHEN 'blocked' THEN '503' ELSE '200' END, CASE kind WHEN 'blocked' THEN '41' ELSE '16' END, '{cdr,esl}',
    CASE kind WHEN 'dialled' THEN 'answered' WHEN 'no_answer' THEN 'no_answer' ELSE '' END, kind = 'failed'
FROM (SELECT *, kind IN ('dialled', 'no_answer') AS out, kind IN ('answered', 'dialled') AS talked,
          kind IN ('answered', 'abandoned', 'failed') AS queued FROM big_call) c ORDER BY n;

INSERT INTO calls_queuevisit (visit, month, call_id, queue, entered_at, left_at, exit, wait_ms, service_level_s)
SELECT 'v' || call_id, month, call_id, queue, entered, talks,
    CASE kind WHEN 'failed' THEN 'system_failure' ELSE kind END, wait, 20
FROM big_call WHERE kind IN ('answered', 'abandoned', 'failed') ORDER BY n;

INSERT INTO calls_ivrvisit (visit, month, call_id, flow, entered_at, left_at, told, exit)
SELECT 'f' || call_id, month, call_id, 'greeting', at, CASE kind WHEN 'greeting' THEN at + interval '3 s'
    ELSE entered END,
    CASE kind WHEN 'greeting' THEN 'hangup' ELSE 'completed' END,
    CASE kind WHEN 'greeting' THEN 'hangup' ELSE 'agent_requested' END
FROM big_call WHERE kind IN ('answered', 'abandoned', 'failed', 'greeting') ORDER BY n;

INSERT INTO calls_offer (offer, month, call_id, visit, queue, agent, offered_at, dialled_at, ring_s, waited_ms, reason,
    ended_at, result, ring_ms, dials, dial_ended_at, dial_result, dial_ms, talk_started_at, talk_ended_at, talk_ms,
        hold_ms,
    talk_ended_by, wrap_ended_at, wrap_ms, wrap_by)
SELECT 'o' || call_id, month, call_id, CASE WHEN out THEN '' ELSE 'v' || call_id END, CASE WHEN out THEN ''
    ELSE queue END,
    agent, CASE WHEN NOT out THEN talks - ring * interval '1 ms' END, CASE WHEN out THEN at END, 20,
    CASE WHEN NOT out THEN wait - ring END, CASE WHEN out THEN '' ELSE 'longest_idle:ready=3,tier=1,idle_s=75' END,
    CASE WHEN NOT out THEN talks END, CASE WHEN out THEN '' ELSE 'answered' END, CASE WHEN NOT out THEN ring END,
    CASE WHEN out THEN 'national' ELSE '' END,
    CASE kind WHEN 'dialled' THEN talks WHEN 'no_answer' THEN at + interval '25 s' END,
    CASE kind WHEN 'dialled' THEN 'answered' WHEN 'no_answer' THEN 'no_answer' ELSE '' END,
    CASE kind WHEN 'dialled' THEN wait + 5000 WHEN 'no_answer' THEN 25000 END,
    CASE WHEN talked THEN talks END, CASE WHEN talked THEN talks + (talk + hold) * interval '1 ms' END,
    CASE WHEN talked THEN talk END, CASE WHEN talked THEN hold END,
    CASE WHEN NOT talked THEN '' WHEN says < 0.35 THEN 'agent' ELSE 'customer' END,
    CASE WHEN talked THEN talks + (talk + hold + wrap) * interval '1 ms' END, CASE WHEN talked THEN wrap END,
    CASE WHEN talked THEN 'agent' ELSE '' END
FROM (SELECT *, kind IN ('dialled', 'no_answer') AS out, kind <> 'no_answer' AS talked FROM big_call
      WHERE kind IN ('answered', 'dialled', 'no_answer')) c ORDER BY n;

INSERT INTO calls_offer (offer, month, call_id, visit, queue, agent, offered_at, ring_s, waited_ms, reason, ended_at,
    result,
    ring_ms, misses)
SELECT 'm' || call_id, month, call_id, 'v' || call_id, queue, missed, entered, 20, 0,
    'longest_idle:ready=4,tier=1,idle_s=90',
    entered + interval '20 s', 'rna', 20000, 1
FROM big_call WHERE kind = 'answered' AND rna = 1 ORDER BY n;

INSERT INTO calls_agentstateinterval (id, agent, state, reason, source, call_id, offer, started_at, seq, ended_at)
SELECT 's' || lpad(n::text, 8, '0') || step, agent, state, reason, 'system', CASE WHEN calls THEN call_id ELSE '' END,
    CASE WHEN calls THEN 'o' || call_id ELSE '' END, since, n * 8 + place, until
FROM (
    SELECT *, LEAST(done + interval '1 minute', next) AS first_rest, next - done AS gap FROM (
        SELECT n, call_id, agent, begun, talks, over, LEAST(over + wrap * interval '1 ms', next) AS done, next FROM (
            SELECT *, kind = 'dialled' AS out, CASE WHEN kind = 'dialled' THEN at
                ELSE talks - ring * interval '1 ms' END AS begun,
                talks + (talk + hold) * interval '1 ms' AS over,
                COALESCE(lead(CASE WHEN kind = 'dialled' THEN at ELSE talks - ring * interval '1 ms' END)
                    OVER (PARTITION BY agent_no ORDER BY n),
                        (%(month)s::date + interval '1 month') AT TIME ZONE 'UTC') AS next
            FROM big_call WHERE kind IN ('answered', 'dialled')
        ) one WHERE next > over
    ) two
) day
CROSS JOIN LATERAL (VALUES
    ('a', 1, 'offered', '', true, begun, talks), ('b', 2, 'talking', '', true, talks, over),
    ('c', 3, 'wrapup', '', true, over, done),
    ('d', 4, 'ready', '', false, done, CASE WHEN gap < interval '15 minutes' THEN next ELSE first_rest END),
    ('e', 5, 'paused', 'pause1', false, CASE WHEN gap >= interval '15 minutes' AND gap < interval '3 hours'
        THEN first_rest END,
        next - interval '1 minute'),
    ('f', 6, 'offline', '', false, CASE WHEN gap >= interval '3 hours' THEN first_rest END, next - interval '1 minute'),
    ('g', 7, 'ready', '', false, CASE WHEN gap >= interval '15 minutes' THEN next - interval '1 minute' END, next)
) AS s (step, place, state, reason, calls, since, until)
WHERE since IS NOT NULL AND until > since ORDER BY n, place
"""


class Big(NamedTuple):
    """A kept centre: its folder, the share of the calls that it has, and its last day with the one before the first."""

    folder: Path
    scale: float
    first: date
    last: date
    calls: int


@contextmanager
def big(scale: float = 1.0, folder: Path | None = None) -> Iterator[Big]:
    """The centre with its server up and Django on it; it is made when it is not there, and made whole when it is not.

    Raises SystemExit when the disk has no room for it.
    """
    home = folder or ROOT / "var" / ("big" if scale == 1 else f"big-{scale:g}")
    told = home / "big.json"
    if not told.exists():
        _room(home, scale)
        _set_up(home)
    with servers(home, durable=False, ALLOWED_HOSTS="localhost,testserver"):
        known = json.loads(told.read_text()) if told.exists() else _made(told, scale)
        first, last = (date.fromisoformat(known[name]) for name in ("first", "last"))
        yield Big(home, known["scale"], first, last, known["calls"])


def _room(home: Path, scale: float) -> None:
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    free = shutil.disk_usage(home).free / 1e9
    if free < ROOM_GB * scale + 2:
        raise SystemExit(f"{home} needs {ROOM_GB * scale + 2:.0f} GB, and {free:.0f} GB are free.")


def _set_up(home: Path) -> None:
    """A cluster whose server is good at being filled."""
    with Guard() as guard:
        Postgres(home, home / "log", guard, durable=False)
        settings = home / "postgres" / "data" / "postgresql.auto.conf"
        if "wal_level" not in settings.read_text():
            with settings.open("a") as more:
                more.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())


def _made(told: Path, scale: float) -> dict[str, Any]:
    """What is whole is told in a file, which comes last."""
    from django.db import connection

    from bench.rig.rows import people

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('big_done') IS NULL")
        if cursor.fetchone()[0]:
            people(AGENTS)
            _divide(cursor, round(CALLS * scale))
        _fill(cursor)
        _finish(cursor)
        cursor.execute(
            "SELECT min(start AT TIME ZONE 'Asia/Shanghai')::date, max(start AT TIME ZONE 'Asia/Shanghai')::date, "
            "sum(calls), (SELECT sum(seconds) FROM big_done), pg_database_size(current_database()) FROM big_slot"
        )
        first, last, calls, seconds, size = cursor.fetchone()
    known = {
        "first": str(first), "last": str(last), "calls": int(calls), "scale": scale, "gb": round(size / 1e9, 2),
        "seconds": round(seconds),
    }  # fmt: skip
    told.write_text(json.dumps(known))
    return known


def _divide(cursor: Any, calls: int) -> None:
    """Days into half-hours with their shares of the calls; the indexes are set aside until all rows are in."""
    from django.db import transaction
    from django.utils import timezone

    from crm.calls.partitions import partitions_ensure

    first = timezone.localdate() - timedelta(DAYS)
    partitions_ensure(first - timedelta(1))
    with transaction.atomic():
        sizes = {"calls": calls, "shares": list(HALF_HOURS), "first": first, "last": first + timedelta(DAYS - 1)}
        cursor.execute(SLOTS, sizes)
        cursor.execute(
            "CREATE TABLE big_index AS SELECT indexdef, indexname FROM pg_indexes i WHERE tablename = ANY(%s) "
            "AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
            [list(TABLES)],
        )
        cursor.execute("SELECT string_agg(format('%I', indexname), ', ') FROM big_index")
        cursor.execute(f"DROP INDEX {cursor.fetchone()[0]}")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def _fill(cursor: Any) -> None:
    """Month by month. A partition that is emptied in the transaction that fills it is written once, not twice."""
    from django.db import transaction

    cursor.execute("SELECT month, sum(calls) FROM big_slot GROUP BY 1 ORDER BY 1")
    months = cursor.fetchall()
    cursor.execute("SELECT month FROM big_done")
    done = {row[0] for row in cursor.fetchall()}
    for month, calls in months:
        if month in done:
            continue
        begun, sizes = time.perf_counter(), {"month": month, "agents": AGENTS, "queues": QUEUES}
        with transaction.atomic():
            cursor.execute(f"SELECT setseed({month.month / 100})")
            parts = [f"{table}_{month:%Y_%m}" for table in TABLES]
            cursor.execute(f"TRUNCATE {', '.join(parts)}")
            for part in parts:  # these rows do not change any more: their pages may be full
                cursor.execute(f"ALTER TABLE {part} SET (fillfactor = 100)")
            cursor.execute(CALLS_OF_MONTH, sizes)
            for statement in ROWS.split(";\n"):
                cursor.execute(statement, sizes)
            seconds = time.perf_counter() - begun
            cursor.execute("INSERT INTO big_done VALUES (%s, %s, %s)", [month, seconds, calls])
        _say(f"{month:%Y-%m}: {calls} calls in {seconds:.0f} s")


def _finish(cursor: Any) -> None:
    """Indexes, one after the other; each that stands is taken off the list."""
    cursor.execute("SELECT indexdef, indexname FROM big_index ORDER BY 2")
    for definition, name in cursor.fetchall():
        begun = time.perf_counter()
        cursor.execute(f"DROP INDEX IF EXISTS {name}")
        cursor.execute(definition.replace(" ON ONLY ", " ON ", 1))  # of a divided table, for all its parts
        cursor.execute("DELETE FROM big_index WHERE indexname = %s", [name])
        _say(f"index {name} in {time.perf_counter() - begun:.0f} s")
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    begun = time.perf_counter()
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("ALTER SYSTEM RESET autovacuum")
    _say(f"looked through in {time.perf_counter() - begun:.0f} s")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 10,000,000 calls")
    parser.add_argument("--folder", type=Path, help="another place than var/")
    asked = parser.parse_args()
    with big(asked.scale, asked.folder) as made:
        print((made.folder / "big.json").read_text())


if __name__ == "__main__":
    main()
