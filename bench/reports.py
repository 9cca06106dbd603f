"""How long every report takes over a year of a big centre, and how far its counts lie behind the facts.

The centre is the kept one of `make data-big` (bench/rig/big.py; it is made when it is not there, and counted once, and
that takes its time): 10,000,000 calls, with ``--quick`` a twentieth. Each report is asked as a page asks it, for its
last day by half-hours, its last 30 days by days, its last 365 by months, by somebody who sees everything. The baseline
is plain SQL over the rows themselves, one statement for queues, agents and trunks each.

For the lag, facts are born as a daemon at work tells them (bench/rig/born.py), 50 a second, and go by way of stream,
recorder and roll_up. A call has come into the counts when these count as many offered calls as had entered a queue by
then; its lag is the time since the fact.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import redis  # noqa: E402  after the path

from bench.rig.big import Big, big  # noqa: E402
from switchctl.contract.names import MAIN, RECORD_GROUP  # noqa: E402

LIMITS = {"p95_ms": 300, "p95_distinct_ms": 1000, "lag_p99_s": 5}
DISTINCT = {"waits"}
"""Reports of percentiles and different callers."""
SPANS = {"day": (1, "half_hour"), "month": (30, "day"), "year": (365, "month")}
PER_SECOND, AGENTS = 50, 60
BASELINES = {
    "queues": """SELECT date_bin('30 minutes', entered_at, %(since)s) AS bucket, queue, count(*),
        count(*) FILTER (WHERE exit = 'answered'), count(*) FILTER (WHERE exit = 'answered'
            AND wait_ms <= service_level_s * 1000),
        count(*) FILTER (WHERE exit = 'abandoned'), sum(wait_ms), max(wait_ms),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY wait_ms)
        FROM calls_queuevisit WHERE entered_at >= %(since)s AND entered_at < %(until)s GROUP BY 1, 2""",
    "agents": """SELECT agent, state, sum(LEAST(ended_at, %(until)s) - GREATEST(started_at, %(since)s))
        FROM calls_agentstateinterval WHERE started_at < %(until)s AND ended_at > %(since)s GROUP BY 1, 2""",
    "trunks": """SELECT date_bin('30 minutes', arrived_at, %(since)s) AS bucket, trunk, outcome, count(*),
        count(DISTINCT number_e164) FROM calls_callrecord WHERE arrived_at >= %(since)s AND arrived_at < %(until)s
        GROUP BY 1, 2, 3""",
}  # fmt: skip


def counted(centre: Big) -> None:
    """Everything of a kept centre, once, and months that are not closed."""
    from django.db import connection

    from crm.reports.rollup.months import close_all
    from crm.reports.rollup.whole import count_all

    done = centre.folder / "counted"
    first = not done.exists()
    if first:
        count_all(lambda said: print(said, file=sys.stderr, flush=True))
        done.touch()
    if (closed := close_all()) or first:
        print(f"{closed} months are closed", file=sys.stderr, flush=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def answers(centre: Big, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Report → span → milliseconds of each round."""
    from crm.accounts.models import User
    from crm.reports.answering import REPORTS, answer
    from crm.reports.asking import question

    user = User.objects.get(username="administrator")
    took: dict[str, dict[str, list[float]]] = {code: {name: [] for name in SPANS} for code in REPORTS}
    for number in range(1 + rounds):
        if number == 1:
            gc.collect()
            gc.freeze()  # as the web server does with what it has loaded (ccsite.asgi)
        for code, report in REPORTS.items():
            for name, (days, step) in SPANS.items():
                since = centre.last - timedelta(days - 1)
                said = {"since": str(since), "until": str(centre.last), "step": step}
                asked = question(said, report=code, rows=report.first)
                begun = time.perf_counter()
                table = answer(user, asked)
                if number:
                    took[code][name].append((time.perf_counter() - begun) * 1000)
                assert table.rows, f"{code} of a {name} is empty"
    return took


def baselines(centre: Big) -> dict[str, dict[str, float]]:
    """The same spans from rows: milliseconds of one round after one that warms."""
    from django.db import connection
    from django.utils import timezone

    from crm.reports.periods import span_of

    told: dict[str, dict[str, float]] = {}
    with connection.cursor() as cursor:
        for kind, statement in BASELINES.items():
            told[kind] = {}
            for name, (days, _step) in SPANS.items():
                span = span_of(centre.last - timedelta(days - 1), centre.last, timezone.get_default_timezone())
                begun = time.perf_counter()
                cursor.execute(statement, {"since": span.start, "until": span.end})
                cursor.fetchall()
                told[kind][name] = round((time.perf_counter() - begun) * 1000, 1)
    return told


def lag(seconds: float) -> list[float]:
    """Seconds from each call's entering a queue until the half-hours count it."""
    from django.db import connection

    def one(statement: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    offered = "SELECT COALESCE(sum(offered), 0) FROM reports_queuehalfhour WHERE by = 'offered' AND queue LIKE 'queue_'"
    stream = redis.Redis.from_url(os.environ["REDIS_URL"])
    seen: list[float] = []
    with tempfile.TemporaryDirectory(prefix="switchdesk-born-") as folder, working():
        begun, before, known = time.time(), one(offered)[0][0], stream.xlen(MAIN.facts)
        words = [folder, os.environ["REDIS_URL"], AGENTS, PER_SECOND, seconds, int(begun) % 1_000_000]
        born = subprocess.Popen([sys.executable, "bench/rig/born.py", *map(str, words)], cwd=ROOT)
        deadline = time.monotonic() + seconds + 30
        while time.monotonic() < deadline:
            count, now = one(offered)[0][0] - before, time.time()
            seen += [now] * (int(count) - len(seen))
            if born.poll() is not None and 0 < stream.xlen(MAIN.facts) - known <= _facts(one, begun):
                entered = _entered(one, begun)
                if len(seen) >= len(entered) > 0:
                    return [at - since for at, since in zip(seen, entered, strict=False)]
            time.sleep(0.05)
        raise SystemExit(f"{len(seen)} of {len(_entered(one, begun))} calls were counted within {seconds + 30:.0f} s.")


def _facts(one: Any, begun: float) -> int:
    return one("SELECT count(*) FROM calls_fact WHERE at >= to_timestamp(%s)", begun)[0][0]


def _entered(one: Any, begun: float) -> list[float]:
    told = """SELECT extract(epoch FROM at)::float8 FROM calls_fact
        WHERE kind = 'QueueEntered' AND at >= to_timestamp(%s) ORDER BY 1"""
    return [at for (at,) in one(told, begun)]


def _both() -> bool:
    """Whether the database has two connections beside ours."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return cursor.fetchone()[0] >= 3


@contextmanager
def working() -> Iterator[None]:
    """The recorder, and the process that counts."""
    running = [
        subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT) for words in (["record_events"], ["roll_up"])
    ]
    try:
        stream, deadline = redis.Redis.from_url(os.environ["REDIS_URL"]), time.monotonic() + 60
        while not (stream.exists(MAIN.facts) and stream.xinfo_consumers(MAIN.facts, RECORD_GROUP) and _both()):
            assert time.monotonic() < deadline, "the recorder and roll_up do not begin"
            time.sleep(0.05)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def share(values: list[float], part: float) -> float:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the calls, fewer rounds")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the centre is kept, if not in var/")
    asked = parser.parse_args()
    scale, rounds, seconds = (0.05, 3, 5.0) if asked.quick else (1.0, 10, 60.0)
    with big(scale, asked.keep) as centre:
        counted(centre)
        took = answers(centre, rounds)
        raw = baselines(centre)
        lags = lag(seconds)
    worst = {
        distinct: max(
            ((share(ms, 0.95), f"{code}, {span}") for code, spans in took.items() if (code in DISTINCT) is distinct
             for span, ms in spans.items()), default=(0.0, "none"),
        )
        for distinct in (False, True)
    }  # fmt: skip
    told = {
        "p95_ms": round(worst[False][0], 1), "p95_distinct_ms": round(worst[True][0], 1),
        "lag_p99_s": round(share(lags, 0.99), 2),
    }  # fmt: skip
    details = {
        "worst": worst[False][1], "worst_distinct": worst[True][1], "lag_p50_s": round(share(lags, 0.5), 2),
        "lag_calls": len(lags), "facts_per_second": PER_SECOND, "rounds": rounds,
        "baseline": {"name": "plain SQL over the rows", "ms": raw},
        "reports": {
            code: {span: round(share(ms, 0.95), 1) for span, ms in spans.items()} for code, spans in took.items()
        },
    }  # fmt: skip
    print(json.dumps({"bench": "reports", "scale": centre.scale, "calls": centre.calls, **told, **details}))
    return 0 if all(told[name] <= most for name, most in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
