"""The REST API in a big centre: 500 agents, 100,000 customers, 1,000,000 calls, asked 20 times a second.

    .venv/bin/python bench/api.py [--quick] [--keep FOLDER] [--seconds N]

A PostgreSQL and a Valkey of its own; the rows come by SQL (bench/rig/rows.py), `--keep FOLDER` keeps them for the next
time. Asked is the whole ASGI application with its middleware, by tokens: one that sees everything, and one whose data
scope is one department. Lists, searches and single things by turns, one request each 50 ms, each measured from when it
was due. The baseline is the health page through the same application, in the same turns.

The last line is JSON: ``p95_ms`` and ``queries_max`` over all requests, ``worst`` (the address with the greatest p95),
``baseline_p95_ms``, ``addresses`` (each with p50, p95, queries). Asked for: 80 ms, 15 queries.
"""

import argparse
import itertools
import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.pages import BIG, SMALL, WHOLE, share  # noqa: E402  after the path
from bench.rig.servers import servers  # noqa: E402

LIMIT_MS, LIMIT_QUERIES = 80, 15
A_SECOND = 20
V1 = "/api/v1"
BASELINE = "baseline"


def tokens() -> dict[str, str]:
    """Name → text: one for everything, one for a department and what lies below it."""
    from django.utils import timezone

    from crm.access.permissions import BY_CODE
    from crm.accounts.models import Scope, User
    from crm.integrations.services import NEVER, integration_make, token_make

    ada = User.objects.filter(roles__code="administrator", is_active=True).order_by("pk").first()
    department = User.objects.get(username="agent0").department
    made = {}
    for name, where, scope in (("all", None, Scope.ALL), ("department", department, Scope.BELOW)):
        now = timezone.now()
        program = integration_make(actor=ada, name=f"bench {name} {now:%H%M%S%f}", department=where, now=now)
        made[name] = token_make(
            actor=ada, integration=program, name="bench", permissions=sorted(BY_CODE.keys() - NEVER), scope=scope,
            rate=1_000_000, now=now,
        )[1]  # fmt: skip
    return made


def addresses() -> Iterator[tuple[str, str]]:
    """Name and address of lists, searches and single things."""
    from bench.rig.rows import newest_call
    from crm.customers.models import Customer, CustomerNumber

    number = CustomerNumber.objects.order_by("pk")[777].number
    customer = Customer.objects.filter(numbers__number=number).first()
    call = newest_call()
    yield "customers: list", f"{V1}/customers"
    yield "customers: 200 of them", f"{V1}/customers?limit=200"
    yield "customers: a name", f"{V1}/customers?q=000777"
    yield "customers: a word of notes", f"{V1}/customers?q=Note%2077"
    yield "customers: a number", f"{V1}/customers?number=%2B{number[1:]}"
    yield "customers: gold", f"{V1}/customers?level=gold"
    yield "customers: one", f"{V1}/customers/{customer.pk}"
    yield "calls: list", f"{V1}/calls"
    yield "calls: 200 of them", f"{V1}/calls?limit=200"
    yield "calls: a number", f"{V1}/calls?number=%2B{number[1:]}"
    yield "calls: an agent", f"{V1}/calls?agent=agent0"
    yield "calls: a queue", f"{V1}/calls?queue=q3"
    yield "calls: an outcome", f"{V1}/calls?outcome=abandoned_in_queue"
    yield "calls: one", f"{V1}/calls/{call}"
    yield "calls: one's timeline", f"{V1}/calls/{call}/timeline"
    yield "agents: list", f"{V1}/agents"
    yield "queues: list", f"{V1}/queues"
    yield "users: list", f"{V1}/users"


def measured(seconds: float) -> dict[str, Any]:
    from bench.rig.asking import Asking

    asking = Asking()
    asked: dict[str, tuple[str, str]] = {BASELINE: ("/healthz", "")}
    for (who, token), (name, address) in itertools.product(tokens().items(), addresses()):
        answer = asking.ask(address, token=token)
        if answer.status == 404:
            continue  # out of this token's reach
        assert answer.status == 200, f"{who}: {address} answered {answer.status}"
        asked[f"{who}: {name}"] = (address, token)
    took: dict[str, list[float]] = {name: [] for name in asked}
    queries = dict.fromkeys(asked, 0)
    begun = time.perf_counter()
    for number, (name, (address, token)) in enumerate(itertools.cycle(asked.items())):
        due = begun + number / A_SECOND
        if due - begun > seconds:
            break
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = asking.ask(address, token=token)
        took[name].append((time.perf_counter() - due) * 1000)
        queries[name] = max(queries[name], answer.queries)
    told = {
        name: {"p50_ms": round(share(ms, 0.5), 1), "p95_ms": round(share(ms, 0.95), 1), "queries": queries[name]}
        for name, ms in took.items()
    }
    baseline = told.pop(BASELINE)
    every = [ms for name, all_ms in took.items() if name != BASELINE for ms in all_ms]
    worst = max(told, key=lambda name: told[name]["p95_ms"])
    return {
        "p95_ms": round(share(every, 0.95), 1), "queries_max": max(one["queries"] for one in told.values()),
        "worst": worst, "requests": len(every), "baseline_p95_ms": baseline["p95_ms"], "addresses": told,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50 agents, 2,000 customers, 10,000 calls, 10 s")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the rows stay, and are found again")
    parser.add_argument("--seconds", type=float, default=0)
    asked = parser.parse_args()
    sizes = SMALL if asked.quick else BIG
    kept = asked.keep.resolve() if asked.keep else None
    if kept and not (kept / WHOLE).exists():
        shutil.rmtree(kept / "postgres", ignore_errors=True)
    with servers(kept, durable=False, ALLOWED_HOSTS="localhost,testserver") as state:
        from django.db import connection

        from bench.rig.rows import fill

        whole = state / WHOLE
        if not whole.exists():
            fill(*sizes)
            whole.write_text(json.dumps(sizes))
        sizes = json.loads(whole.read_text())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself, sooner or later
        told = measured(asked.seconds or (10 if asked.quick else 120))
        print(json.dumps({**told, "customers": sizes[1], "calls": sizes[2]}, ensure_ascii=False))
    return 0 if told["p95_ms"] <= LIMIT_MS and told["queries_max"] <= LIMIT_QUERIES else 1


if __name__ == "__main__":
    sys.exit(main())
