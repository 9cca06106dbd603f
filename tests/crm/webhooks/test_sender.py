"""The process that sends: receivers do not wait for one another, and nothing is lost when it is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from crm.webhooks.models import Webhook
from crm.webhooks.services import send_again, webhook_pause, webhook_resume
from tests.crm.calls.test_process import until

from .conftest import told

ROOT = Path(__file__).resolve().parents[3]
KILLS = int(os.environ.get("PROOF_ROUNDS", "3"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def process(redis_client, redis_url):
    """Starts the sender; what still runs at the end is killed."""
    running: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        database = connection.settings_dict
        address = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        command = [sys.executable, str(ROOT / "manage.py"), "send_webhooks"]
        places = {"DATABASE_URL": f"{address}/{database['NAME']}", "REDIS_URL": redis_url}
        running.append(
            subprocess.Popen(command, cwd=ROOT, env={**os.environ, **places, "OUTWARD_ALLOWED": "127.0.0.0/8"})
        )
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.wait()


def test_one_that_hangs_or_fails_delays_nobody_and_a_killed_sender_goes_on(process, hook, receivers, cast):
    good, other = receivers(), receivers()
    hangs = receivers(lambda events: time.sleep(60) or 200)
    fails = receivers(lambda events: 500)
    webhook = hook(good, together=7)
    hook(other, name="other", kinds=["call.ended"])
    hook(hangs, name="hangs")
    hook(fails, name="fails")
    lost = hook(hangs, name="lost")  # its secret was sealed with another SECRET_KEY
    Webhook.objects.filter(pk=lost.pk).update(sealed="of another key")
    sender, last, dice = process(), 0, random.Random(7)
    for _ in range(KILLS):
        told(last + 1, last + 40)
        last += 40
        good.wait(dice.randint(last - 39, last))
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        sender = process()
    told(last + 1, last + 1, kind="call.ended", data={})
    other.wait(1)
    deadline = time.monotonic() + 60
    while good.numbers[-1] != last + 1 and time.monotonic() < deadline:
        good.wait(len(good.numbers) + 1)
    assert set(good.numbers) == set(range(1, last + 2)), "at least once"
    runs = [n for n, before in zip(good.numbers, [0, *good.numbers], strict=False) if n != before + 1]
    assert len(runs) <= KILLS, "in order; only what was not noted when it died comes again"
    assert other.numbers == [last + 1] and not fails.heard and not hangs.heard
    until(lambda: Webhook.objects.get(name="fails").tries)
    failing = Webhook.objects.get(name="fails")
    assert "500" in failing.said

    webhook_pause(actor=cast.ada, webhook=webhook)
    fails.answer = lambda events: 200
    webhook_resume(actor=cast.ada, webhook=failing)
    fails.wait(last + 1)
    assert set(fails.numbers) == set(range(1, last + 2))
    told(last + 2, last + 2)
    fails.wait(last + 2)
    assert last + 2 not in good.numbers, "it is paused"
    webhook_resume(actor=cast.ada, webhook=webhook)
    until(lambda: last + 2 in good.numbers)
    assert send_again(actor=cast.ada, webhook=webhook, now=timezone.now()) == 0
    sender.send_signal(signal.SIGTERM)
    assert sender.wait(15) == 0
