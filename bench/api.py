"""The REST API in a big centre: 500 agents, 100,000 customers, 1,000,000 calls, asked 20 times a second.

    .venv/bin/python bench/api.py [--quick] [--keep FOLDER] [--seconds N]

The web server runs as `make run` starts it (its line of ccsite/run/table.py, in a process of its own) with production's
settings, on a PostgreSQL that syncs and a Valkey; the rows come by SQL (bench/rig/rows.py), `--keep FOLDER` keeps them
for the next time. Programs with two tokens, one that sees everything and one whose data scope is a department, ask for
lists, filtered lists, searches, details, timelines and few fields of many rows (bench/rig/api/mix.py), mixed by dice
with a fixed seed. It is an open loop: a request leaves each 50 ms, whether those before it are answered or not, and its
time counts from the moment at which it was due until its answer is there to the last byte. Before it, by name
``warm_up``, each kind is asked some times, one after the other; that is not counted.

The baseline is asked in the same run, twice a second between the others: the newest 50 calls by a plain Django view
(bench/rig/api/plain_urls.py) in the same process, without token, limit, data scope and ETag.

Statements to the database are counted apart: each kind, asked in this process, with all that a request sends.

The last line is JSON: ``p95_ms``, ``p50_ms``, ``p99_ms`` and ``queries_max`` over all requests, ``baseline``,
``ratio`` (our p95 by the baseline's), ``worst`` (the kind with the greatest p95), ``kinds`` (each with p50, p95,
queries), ``at_once`` (most under way), ``late_p95_ms`` (how late the asking program itself was), ``load`` (the
machine's, before and after). Asked for: 80 ms, 15 queries.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.pages import BIG, CALLS_UP, SMALL, WHOLE, share  # noqa: E402  after the path
from bench.rig.api.asking import Answer, Asker, Due  # noqa: E402
from bench.rig.api.server import web_server  # noqa: E402
from bench.rig.servers import servers  # noqa: E402

LIMIT_MS, LIMIT_QUERIES = 80, 15
A_SECOND, BASELINES = 20, 2
WARM, COUNTED = 5, 3
QUICK = 1, 1, 3
"""Asked before, counted, seconds: of `--quick`."""
SEED = 8
BASELINE = "baseline"


class Mix:
    """Which kinds with which token, and the next address of one."""

    def __init__(self) -> None:
        from bench.rig.api.mix import kinds, tokens

        self._draw = random.Random(SEED)
        self.kinds = {
            f"{who}: {name}": (text, address)
            for who, (text, user) in tokens().items()
            for name, address in kinds(user).items()
        }

    def due(self, after: float, name: str) -> Due:
        text, address = self.kinds[name]
        return Due(after, name, address(self._draw), text)

    def times(self, number: int) -> list[Due]:
        return [self.due(0, name) for name in self.kinds for _ in range(number)] + [
            Due(0, BASELINE, "/plain", "") for _ in range(number)
        ]

    def plan(self, seconds: float) -> list[Due]:
        """Each kind as often as any other, in an order by dice."""
        asked: list[Due] = []
        names: list[str] = []
        for number in range(round(seconds * A_SECOND)):
            names = names or self._draw.sample(sorted(self.kinds), len(self.kinds))
            asked.append(self.due(number / A_SECOND, names.pop()))
            if number % (A_SECOND // BASELINES) == 0:
                asked.append(Due((number + 0.5) / A_SECOND, BASELINE, "/plain", ""))
        return asked


def queries(mix: Mix, times: int) -> dict[str, int]:
    """Kind → most statements of one request."""
    from bench.rig.asking import Asking

    asking = Asking()
    most: dict[str, int] = {}
    for one in mix.times(times):
        if one.token:
            answer = asking.ask(one.address, token=one.token)
            assert answer.status == 200, f"{one.name}: {one.address} answered {answer.status}"
            most[one.name] = max(most.get(one.name, 0), answer.queries)
    return most


async def asked(host: str, port: int, mix: Mix, warm: int, seconds: float) -> tuple[list[Answer], int]:
    asker = Asker(host, port)
    await asker.one_by_one(mix.times(warm))
    return await asker.in_time(mix.plan(seconds)), asker.most


def measured(state: Path, warm: int, times: int, seconds: float) -> dict[str, Any]:
    mix = Mix()
    statements = queries(mix, times)
    load = [round(os.getloadavg()[0], 2)]
    with web_server(state) as (host, port):
        answers, at_once = asyncio.run(asked(host, port, mix, warm, seconds))
    load.append(round(os.getloadavg()[0], 2))
    wrong = {f"{one.name}: {one.status}" for one in answers if one.status != 200}
    assert not wrong, wrong
    took: dict[str, list[float]] = {name: [] for name in (BASELINE, *mix.kinds)}
    for one in answers:
        took[one.name].append(one.ms)
    told = {name: {"n": len(ms), "p50_ms": _at(ms, 0.5), "p95_ms": _at(ms, 0.95)} for name, ms in took.items() if ms}
    baseline = {"name": "plain Django view of 50 calls, the same process", **told.pop(BASELINE)}
    every = [one.ms for one in answers if one.name != BASELINE]
    return {
        "p95_ms": _at(every, 0.95), "queries_max": max(statements.values()), "p50_ms": _at(every, 0.5),
        "p99_ms": _at(every, 0.99), "baseline": baseline, "ratio": round(_at(every, 0.95) / baseline["p95_ms"], 2),
        "worst": max(told, key=lambda name: told[name]["p95_ms"]), "requests": len(every), "a_second": A_SECOND,
        "at_once": at_once, "late_p95_ms": _at([one.late_ms for one in answers], 0.95), "load": load,
        "warm_up": f"{warm} of each kind, one by one",
        "kinds": {name: one | {"queries": statements[name]} for name, one in told.items()},
    }  # fmt: skip


def _at(values: list[float], part: float) -> float:
    return round(share(values, part), 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50 agents, 2,000 customers, 10,000 calls, 3 s")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the rows stay, and are found again")
    parser.add_argument("--seconds", type=float, default=0)
    given = parser.parse_args()
    sizes = SMALL if given.quick else BIG
    kept = given.keep.resolve() if given.keep else None
    if kept and not (kept / WHOLE).exists():
        shutil.rmtree(kept / "postgres", ignore_errors=True)
    with servers(kept, ALLOWED_HOSTS="localhost,testserver") as state:
        from django.db import connection

        from bench.rig.api.mix import campaigns_ensure
        from bench.rig.rows import fill, on_the_floor

        whole = state / WHOLE
        if not whole.exists():
            fill(*sizes)
            whole.write_text(json.dumps(sizes))
        sizes = json.loads(whole.read_text())
        campaigns_ensure()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself, sooner or later
        on_the_floor(sizes[0], min(CALLS_UP, sizes[0]))
        warm, times, seconds = QUICK if given.quick else (WARM, COUNTED, 120)
        told = measured(state, warm, times, given.seconds or seconds)
        print(json.dumps({**told, "customers": sizes[1], "calls": sizes[2]}, ensure_ascii=False))
    return 0 if told["p95_ms"] <= LIMIT_MS and told["queries_max"] <= LIMIT_QUERIES else 1


if __name__ == "__main__":
    sys.exit(main())
