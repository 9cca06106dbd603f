"""`python -m tests.proofs.figures --calls 1000000`: makes so many calls in a PostgreSQL of its own, rolls them up, and
compares every figure with a statement of its own over the raw rows. Prints how far it is, the differences, and at the
end how many calls, figures and values there were; no difference is what is expected.
"""

# ruff: noqa: E402 - Django reads its settings when the server is there
import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres

BEGIN = datetime(2024, 8, 31, 16, tzinfo=UTC)
"""Midnight in Shanghai."""
A_DAY = 35_000
"""Calls of a day."""
ALL = 100_000_000
"""Marks in one round: what lies together is then read together."""
SETTINGS = "SET work_mem = '256MB'; SET jit = off"
"""For statements over all rows at once."""
SHOWN = 20
"""Differences of a table."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    calls = parser.parse_args().calls
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # its files are gone then, too
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
    from tests.proofs.figures.comparing import compared

    call_command("migrate", verbosity=0)
    length = timedelta(days=max(1, calls // A_DAY))
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {what}", flush=True)

    for done in synthetic.make(calls, BEGIN, length):
        while work_off(ALL).marks:
            pass
        say(f"{done} of {calls} calls made and counted")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(SETTINGS)
    figures = values = differences = 0
    for table in compared(Span(BEGIN, BEGIN + length + timedelta(days=1))):
        say("\n".join([f"{table.values} values of {table.what}", *table.differences[:SHOWN]]))
        figures, values = figures + table.figures, values + table.values
        differences += len(table.differences)
    say(f"{calls} calls of {length.days} days: {figures} figures with {values} values compared, {differences} differ")
    connection.close()
    return 1 if differences or not values else 0


if __name__ == "__main__":
    sys.exit(main())
