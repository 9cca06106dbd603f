"""`python -m tests.proofs.figures --calls 1000000`: makes so many calls in a PostgreSQL of its own, rolls them up, and
compares every figure with a statement of its own over the raw rows. Prints the differences; none is what is expected.
"""

# ruff: noqa: E402 - Django reads its settings when the server is there
import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres

BEGIN = datetime(2024, 8, 31, 16, tzinfo=UTC)
"""Midnight in Shanghai."""
A_DAY = 35_000
"""Calls of a day."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    calls = parser.parse_args().calls
    state = Path(tempfile.mkdtemp(prefix="switchdesk-figures-"))
    state.chmod(0o711)
    try:
        with Guard() as guard:
            postgres = Postgres(state, state / "log", guard, durable=False)
            postgres.child.start()
            postgres.wait()
            os.environ |= {"DATABASE_URL": postgres.url, "DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "x"}
            code = _compare(calls)
            postgres.child.ask_to_stop()
            postgres.child.finish(time.monotonic() + 20)
            return code
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _compare(calls: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from crm.reports.periods import Span
    from crm.reports.rollup.marks import work_off
    from tests.proofs.figures import synthetic
    from tests.proofs.figures.comparing import differences

    call_command("migrate", verbosity=0)
    length = timedelta(days=max(1, calls // A_DAY))
    began = time.monotonic()
    synthetic.make(calls, BEGIN, length)
    print(f"{calls} calls of {length.days} days made in {time.monotonic() - began:.0f} s", flush=True)
    began = time.monotonic()
    while work_off().marks:
        pass
    print(f"rolled up in {time.monotonic() - began:.0f} s", flush=True)
    began = time.monotonic()
    span = Span(BEGIN, BEGIN + length + timedelta(days=1))
    found = list(islice(differences(span, BEGIN + timedelta(days=1)), 1000))
    print(f"{len(found)} differences, looked for in {time.monotonic() - began:.0f} s", *found[:20], sep="\n")
    connection.close()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
