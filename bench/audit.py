"""What the trail costs and how quickly it is read.

A PostgreSQL of its own with fsync on, and the programs' own tables, triggers, sealer, check and pages; nothing is
written to the trail but by them. `--entries` entries are made by changing rows in bulk (each change of a row is one),
and sealed. Then the pages that a reader asks for are timed through Django's client, login and rendering included: the
newest, deep in the past, each filter, and free text that is frequent, rare and absent.

`ratio` is the time of an audited single-row update by that of the very same update with the trigger turned off, both in
autocommit with fsync.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ccsite.run.guard import Guard  # noqa: E402  after the path
from ccsite.run.postgres import Postgres  # noqa: E402
from ccsite.run.valkey import Valkey  # noqa: E402

ROWS = 20_000
LIMIT_MS = 300


def milliseconds(what: Callable[[], object], times: int) -> float:
    """The median of several."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def fill(entries: int) -> float:
    """Customers are made and changed until there are so many entries; returns entries a second, commits included."""
    from django.db import connection

    from crm.audit.models import Entry
    from crm.customers.models import Customer

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        rows = min(ROWS, entries // 2)
        Customer.objects.bulk_create(
            [Customer(name=f"客户{n:06d} Customer", company=f"Company {n % 977}") for n in range(rows)]
        )
        while (have := Entry.objects.count()) < entries:
            most = min(rows, entries - have)
            cursor.execute(
                "UPDATE customers_customer SET note = %s || id, level = CASE level WHEN 'gold' THEN 'silver' "
                "ELSE 'gold' END WHERE id IN (SELECT id FROM customers_customer ORDER BY id LIMIT %s)",
                [f"Round {have} of notes, call back on Monday, 请周一回电 ", most],
            )
    return entries / (time.perf_counter() - begun)


def pages(times: int) -> dict[str, float]:
    """Address → milliseconds."""
    from django.test import Client

    from crm.accounts.models import User
    from crm.audit.models import Entry

    User.objects.create_superuser("bench", password="not-to-be-guessed")
    client = Client()
    client.login(username="bench", password="not-to-be-guessed")
    entries = Entry.objects.order_by("at", "id").values_list("at", "id", "object")
    at, id_, key = entries[entries.count() // 3]
    place = f"{at:%Y-%m-%dT%H:%M:%S.%f}%2B00:00_{id_}"
    asked = {
        "newest": "", "deep": f"older={place}", "back": f"newer={place}", "who": "who=bench", "nobody": "who=nobody",
        "kind": "kind=customers_customer", "kind, deep": f"kind=customers_customer&older={place}",
        "day": f"until={at:%Y-%m-%d}",
        "object": f"kind=customers_customer&object={key}", "action": "action=login.done",
        "text, in all": "text=Monday", "text, in all, Chinese": "text=周一", "text, in a few": "text=客户000777",
        "text, rare": "text=login", "text, nowhere": "text=zebra9", "text and action": "text=Monday&action=insert",
        "text and who": "text=Monday&who=bench",
    }  # fmt: skip
    told = {}
    for name, query in asked.items():
        assert client.get(f"/audit/?{query}").status_code == 200
        told[name] = round(milliseconds(lambda query=query: client.get(f"/audit/?{query}"), times), 1)
    return told


def updates(times: int) -> dict[str, float]:
    """One row changed and committed, with the trail, without it, and without it or its actor."""
    from django.db import connection

    from crm.audit.connection import tell

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customers_customer SET note = %s WHERE id = %s", [str(time.time_ns()), key])

    def switch(word: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE customers_customer {word} TRIGGER audit_rows")

    from crm.customers.models import Customer

    key = Customer.objects.order_by("id").values_list("id", flat=True)[100]
    milliseconds(change, 100)
    rounds: dict[str, list[float]] = {"audited": [], "bare": []}
    for _ in range(5):  # by turns, for the machine is not equally quick all the time
        rounds["audited"].append(milliseconds(change, times))
        switch("DISABLE")
        connection.execute_wrappers.remove(tell)
        rounds["bare"].append(milliseconds(change, times))
        connection.execute_wrappers.append(tell)
        switch("ENABLE")
    return {name: round(statistics.median(took) * 1000) for name, took in rounds.items()}


def sizes(entries: int) -> dict[str, float]:
    """Bytes per entry."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM audit_pending")
        cursor.execute(
            "SELECT pg_table_size('audit_entry'), pg_indexes_size('audit_entry'), pg_total_relation_size('audit_link')"
        )
        table, indexes, chain = cursor.fetchone()
    return {"row": table / entries, "indexes": indexes / entries, "chain": chain / entries}


def exports() -> dict[str, float]:
    """Seconds and the growth of memory of an export of all, in MB."""
    import resource

    from django.test import Client

    client = Client()
    client.login(username="bench", password="not-to-be-guessed")
    told: dict[str, float] = {}
    for form in ("csv", "xlsx"):
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        told[f"{form}_mb"] = round(sum(map(len, client.get(f"/audit/export.{form}").streaming_content)) / 1e6, 1)
        told[f"{form}_s"] = round(time.perf_counter() - begun, 1)
        told[f"{form}_memory_mb"] = round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1)
    return told


def measured(entries: int, times: int) -> dict[str, object]:
    from django.db import connection

    from crm.audit import chain
    from crm.audit.check import check

    filled = fill(entries)
    begun = time.perf_counter()
    sealed = chain.seal()
    sealing = sealed / (time.perf_counter() - begun)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    size = sizes(entries)
    read = pages(times)
    begun = time.perf_counter()
    verdict = check(Path("/nonexistent"))
    checked = time.perf_counter() - begun
    update = updates(100 * times)
    return {
        "entries": entries, "worst_page_ms": max(read.values()), "pages_ms": read,
        "bytes_per_entry": {name: round(value) for name, value in size.items()} | {"all": round(sum(size.values()))},
        "update_us": update, "ratio": round(update["audited"] / update["bare"], 2), "bulk_per_second": round(filled),
        "sealed_per_second": round(sealing), "checked_per_second": round(verdict.entries / checked),
        "wrong": verdict.wrong, "export": exports(),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50,000 entries instead of a million")
    parser.add_argument("--entries", type=int, default=0)
    asked = parser.parse_args()
    state = Path(tempfile.mkdtemp(prefix="switchdesk-bench-"))
    state.chmod(0o711)
    try:
        with Guard() as guard:
            servers = [kind(state, state / "log", guard, durable=True) for kind in (Postgres, Valkey)]
            for server in servers:
                server.child.start()
                server.wait()
            os.environ |= {
                "DATABASE_URL": servers[0].url, "REDIS_URL": servers[1].url, "SWITCHDESK_VAR": str(state),
                "DJANGO_SETTINGS_MODULE": "ccsite.settings", "ALLOWED_HOSTS": "testserver", "LOG_LEVEL": "ERROR",
            }  # fmt: skip
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            told = measured(asked.entries or (50_000 if asked.quick else 1_000_000), 3 if asked.quick else 7)
            print(json.dumps(told, ensure_ascii=False, indent=2))
            for server in servers:
                server.child.ask_to_stop()
                server.child.finish(time.monotonic() + 10)
    finally:
        shutil.rmtree(state, ignore_errors=True)
    return 0 if told["worst_page_ms"] <= LIMIT_MS and not told["wrong"] else 1


if __name__ == "__main__":
    sys.exit(main())
