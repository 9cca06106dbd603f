"""A worker that is killed while it writes leaves an order that the next one takes up, whole."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from crm.calls import tasks
from crm.calls.exports.asking import export_ask
from crm.calls.exports.files import SHELF
from crm.calls.filters import filters
from crm.calls.models import CallExport
from tests.crm.audit.test_export import read_csv, read_xlsx

from .calls import many

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import django; django.setup()
from crm.calls import tasks
from crm.calls.exports import writing
writing.CHUNK = 1  # long enough to be met in the middle
tasks.exports()
"""


@pytest.mark.parametrize("form, read", [("csv", read_csv), ("xlsx", lambda data: read_xlsx(data)[0])])
def test_killed_in_the_middle(cast, tmp_path, settings, form, read):
    settings.EXPORTS_DIR = tmp_path
    many(1500)
    made = export_ask(user=cast.ada, form=form, asked=filters({}), columns=["call_id", "note"])
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    given = {**os.environ, "DATABASE_URL": url, "EXPORTS_DIR": str(tmp_path)}
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=given, cwd=ROOT)
    deadline = time.monotonic() + 240
    while CallExport.objects.get().written < 20:
        assert worker.poll() is None and time.monotonic() < deadline, "it was not met in the middle"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert CallExport.objects.get().state == CallExport.State.WRITING and not SHELF.file(made).exists()
    while CallExport.objects.get().state != CallExport.State.READY:  # the lock of the dead is gone within moments
        assert time.monotonic() < deadline
        tasks.exports()
    made.refresh_from_db()
    assert (made.begun, made.written) == (2, 1500)
    told = read(SHELF.file(made).read_bytes())
    assert [row[1] for row in told[1:]] == [f"c{n}" for n in reversed(range(1500))]
    assert [path.name for path in SHELF.file(made).parent.iterdir()] == [f"calls.{form}"]
