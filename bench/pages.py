"""How long every page takes in a big centre: 500 agents, 100,000 customers, 1,000,000 calls.

A PostgreSQL and a Valkey of its own; the rows come by SQL (bench/rig/rows.py), `--keep FOLDER` keeps them for the next
time. Measured is the whole ASGI application with its middleware and a login, by turns, for an administrator, a
supervisor of one department and an agent: each page of the navigation that she may open, whatever pages it has, the
pages that others lead to, one call, one user, one customer, and the list of calls with each of its filters. The
baseline is the health page through the same application.

Every page must take at most 400 ms (95th percentile) and 30 queries.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.servers import servers  # noqa: E402  after the path

LIMIT_MS, LIMIT_QUERIES = 400, 30
WARM, ROUNDS, QUICK_ROUNDS = 1, 20, 2
BIG, SMALL = (500, 100_000, 1_000_000), (50, 2_000, 10_000)
"""Agents, customers, calls."""
CALLS_UP = 300
WHOLE = "rows"
"""A file in the folder, written when all rows are in."""


def filters() -> dict[str, str]:
    """Name → query of the list of calls."""
    from django.utils import timezone

    from crm.calls.models import CallRecord

    number = CallRecord.objects.exclude(customer=None).order_by("-arrived_at")[0].number_e164
    today = timezone.localdate()
    month = f"{today.replace(day=1):%Y-%m-%d}"
    return {
        "number": f"number=%2B{number[1:]}", "last digits": f"number={number[-5:]}", "agent": "agent=agent0",
        "queue": "queue=q3", "outcome": "outcome=abandoned_in_queue", "rare outcome": "outcome=system_failure",
        "direction": "direction=outbound", "day": f"since={today}&until={today}", "month": f"since={month}",
        "agent, outcome, month": f"agent=agent0&outcome=answered&since={month}", "page 100": "page=100",
    }  # fmt: skip


def addresses(user: Any) -> Iterator[tuple[str, str]]:
    """Name and address of each page that the user may open."""
    from django.urls import NoReverseMatch, reverse

    from bench.rig.rows import newest_call
    from crm import navigation
    from crm.access.holding import may
    from crm.accounts.models import User
    from crm.customers.models import Customer

    shown = [*navigation.entries(user), *getattr(navigation, "FURTHER", ())]
    for entry in shown:
        if not entry.needs or any(may(user, code) for code in entry.needs):
            yield entry.url, reverse(entry.url)
    calls = reverse("calls")
    for name, query in filters().items():
        yield f"calls: {name}", f"{calls}?{query}"
    yield "one call", reverse("call", args=[newest_call()])
    if may(user, "users.see"):
        yield "one user", reverse("staff_user", args=[User.objects.get(username="agent0").pk])
    if may(user, "privacy.export"):
        yield "privacy: piece of a name", f"{reverse('privacy')}?q=0001"
        yield "one person's data", reverse("privacy_person", args=[f"c{Customer.objects.order_by('pk')[77].pk}"])
    try:
        yield "one customer", reverse("customer", args=[Customer.objects.order_by("pk")[77].pk])
    except NoReverseMatch:
        return  # there is no such page


def cookie_of(login: str) -> str:
    """A session of hers, as a browser sends it."""
    from django.test import Client

    from crm.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=login))
    return "; ".join(f"{name}={value.value}" for name, value in client.cookies.items())


def measured(rounds: int, without: str) -> dict[str, Any]:
    """``without``: part of the names of pages that are left out, "" for none."""
    from bench.rig.asking import Asking
    from bench.rig.rows import logins
    from crm.accounts.models import User

    asking = Asking()
    pages = {"baseline": ("/healthz", "")}
    for login in logins():
        cookie = cookie_of(login)
        for name, address in addresses(User.objects.get(username=login)):
            if without and without in name:
                continue
            answer = asking.ask(address, cookie)
            while answer.status in (301, 302):  # the page that it leads to
                address = answer.headers["location"]
                answer = asking.ask(address, cookie)
            if answer.status in (403, 404):
                continue  # not hers to see
            assert answer.status == 200, f"{login}: {address} answered {answer.status}"
            pages[f"{login}: {name}"] = (address, cookie)
    took: dict[str, list[float]] = {name: [] for name in pages}
    queries = dict.fromkeys(pages, 0)
    for number in range(WARM + rounds):
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
        for name, (address, cookie) in pages.items():
            answer = asking.ask(address, cookie)
            assert answer.status == 200, f"{name}: {answer.status}"
            if answer.ms > LIMIT_MS:
                print(f"{name}: {answer.ms:.0f} ms", file=sys.stderr, flush=True)
            if number >= WARM:
                took[name].append(answer.ms)
                queries[name] = max(queries[name], answer.queries)
    told = {
        name: {"p50_ms": round(share(ms, 0.5), 1), "p95_ms": round(share(ms, 0.95), 1), "queries": queries[name]}
        for name, ms in took.items()
    }
    baseline = {"name": "health page", **told.pop("baseline")}
    worst = max(told, key=lambda name: told[name]["p95_ms"])
    return {
        "p95_ms": told[worst]["p95_ms"], "queries_max": max(page["queries"] for page in told.values()), "worst": worst,
        "rounds": rounds, "baseline": baseline, "pages": told,
    }  # fmt: skip


def share(values: list[float], part: float) -> float:
    """The value below which so large a part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50 agents, 2,000 customers, 10,000 calls, 2 rounds")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the rows stay, and are found again")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--without", default="", metavar="WORD", help="leaves out pages whose name has it")
    asked = parser.parse_args()
    sizes = SMALL if asked.quick else BIG
    kept = asked.keep.resolve() if asked.keep else None
    if kept and not (kept / WHOLE).exists():
        shutil.rmtree(kept / "postgres", ignore_errors=True)
    with servers(kept, durable=False, ALLOWED_HOSTS="localhost,testserver") as state:
        from django.db import connection

        from bench.rig.rows import fill, on_the_floor

        begun = time.perf_counter()
        whole = state / WHOLE
        if not whole.exists():
            fill(*sizes)
            whole.write_text(json.dumps(sizes))
        sizes = json.loads(whole.read_text())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself, sooner or later
        on_the_floor(sizes[0], min(CALLS_UP, sizes[0]))
        filling = time.perf_counter() - begun
        told = measured(asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS), asked.without)
        print(json.dumps({**told, "calls": sizes[2], "filling_s": round(filling, 1)}, ensure_ascii=False))
    return 0 if told["p95_ms"] <= LIMIT_MS and told["queries_max"] <= LIMIT_QUERIES else 1


if __name__ == "__main__":
    sys.exit(main())
