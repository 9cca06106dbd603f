"""From a fact in the stream to 50 receivers of webhooks, of which 5 never answer.

    .venv/bin/python bench/webhooks.py [--quick] [--seconds N] [--rate N]

Everything runs as in production: PostgreSQL that syncs, Valkey with its log, `manage.py publish_events` and
`manage.py send_webhooks`. Facts of whole calls come at 1,000 a second, each with the moment at which it is told as its
time; every receiver wants all of them. The receivers are one process that reads whole requests and notes when each had
come. The lag of an event is from the fact's time to that moment.

The baseline, in the same run: the same facts to the 45 healthy receivers alone.

The last line is JSON: ``p99_s`` and ``p50_s`` (lag of the healthy receivers while 5 hang), ``worst_s``, ``events_s``
(events delivered in a second, all receivers together), ``lost`` (events that a healthy receiver did not get),
``baseline_p99_s``, ``ratio`` (baseline's p99 over ours), ``receivers``, ``hanging``, ``facts``.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from array import array
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import redis  # noqa: E402  after the path
from msgspec import structs  # noqa: E402

from ccsite.run.guard import Guard  # noqa: E402
from ccsite.run.postgres import Postgres  # noqa: E402
from ccsite.run.valkey import Valkey  # noqa: E402
from switchctl.contract import facts as f  # noqa: E402
from switchctl.contract.names import MAIN  # noqa: E402
from tests.stories import NOON, hour_of_calls, numbered  # noqa: E402

HEALTHY, HANGING = 45, 5
_AT = re.compile(rb'"at":"([^"]+)"')
_ID = re.compile(rb'\{"id":(\d+),"kind"')
SETUP = """
from django.utils import timezone
from crm.accounts.models import User
from crm.accounts.services import user_create
from crm.integrations.services import integration_make
from crm.webhooks.services import webhook_make
ada = User.objects.filter(username="ada").first() or user_create(
    username="ada", password="correct-horse-battery", display_name="Ada", roles=["administrator"])
program = integration_make(actor=ada, name={name!r}, now=timezone.now())
for n in range({number}):
    webhook_make(actor=ada, integration=program, now=timezone.now(),
                 fields={{"name": str(n), "url": f"http://127.0.0.1:{port}/{{n}}", "whole": True, "together": 500}})
"""
CLEAR = "from crm.webhooks.models import Webhook; Webhook.objects.all().delete()"


class Stand:
    """The servers, and the processes under test."""

    def __init__(self, state: Path, guard: Guard) -> None:
        self.log = state / "log"
        self.postgres = Postgres(state, self.log, guard, durable=True)
        self.valkey = Valkey(state, self.log, guard, durable=True)
        for server in (self.postgres, self.valkey):
            server.child.start()
            server.wait()
        self.redis = redis.Redis.from_url(self.valkey.url, socket_timeout=30)
        self.environment = {
            **os.environ, "DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url,
            "SWITCHDESK_VAR": str(state), "DJANGO_SETTINGS_MODULE": "ccsite.settings",
            "OUTWARD_ALLOWED": "127.0.0.0/8",
        }  # fmt: skip
        self.manage("migrate", "-v0").wait()
        self.running = [self.manage("publish_events"), self.manage("send_webhooks")]

    def manage(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *words], env=self.environment, stdout=log, stderr=log
            )

    def shell(self, program: str) -> None:
        if self.manage("shell", "--no-imports", "-c", program).wait():
            raise SystemExit(f"The set-up failed, see {self.log.read_text()[-2000:]}")

    def close(self) -> None:
        for process in self.running:
            process.terminate()
            process.wait()


def receive(healthy: int, hanging: int, told: Connection) -> None:
    """The receivers' process: says its port, then for each "count" how many events each healthy one has got, and for
    "lags" the lags in seconds of all that came."""
    got = [set() for _ in range(healthy)]
    lags = array("d")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                place = int(head.split(b" ", 2)[1][1:])
                length = int(re.search(rb"content-length: (\d+)", head, re.I)[1])
                body = await reader.readexactly(length)
                now = time.time()
                if place >= healthy:
                    await asyncio.sleep(3600)
                got[place].update(_ID.findall(body))
                lags.extend(now - _seconds(at) for at in _AT.findall(body))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=16 * 1024 * 1024, backlog=256)
        told.send(server.sockets[0].getsockname()[1])
        asked = asyncio.get_running_loop()
        while True:
            question = await asked.run_in_executor(None, told.recv)
            if question == "count":
                told.send([len(one) for one in got])
            elif question == "lags":
                told.send(sorted(lags))
                del lags[:]
                for one in got:
                    one.clear()
            else:
                return

    asyncio.run(run())


def _seconds(at: bytes) -> float:
    """Of ``2026-11-23T01:02:03.456789Z``; of one day only the time counts, so it is read by hand."""
    clock = at[11:].rstrip(b"Z")
    hours, minutes, seconds = clock.split(b":")
    return _DAY + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


_DAY = float(int(time.time()) // 86400 * 86400)


def played(stand: Stand, told: Connection, rate: int, seconds: float, first: int) -> tuple[list[float], int, int]:
    """Facts at that rate for so long; the lags, how many facts, and how many events a healthy one lacks."""
    number = round(rate * seconds)
    stories = hour_of_calls(number // 13, agents=5000, start=NOON, gap_s=0.02)
    # Ids of calls and parts are new in each part of the run; so are the facts' own numbers.
    facts = numbered((fact for story in stories for fact in story.facts), "bench", first)[:number]
    before = max(_events(told))
    begin = time.time()
    for place in range(0, len(facts), 50):
        time.sleep(max(0.0, begin + place / rate - time.time()))
        pipe = stand.redis.pipeline(transaction=False)
        for fact in facts[place : place + 50]:
            now = time.time_ns() // 1000
            pipe.xadd(MAIN.facts, {"f": f.encode(structs.replace(fact, at=now, call_id=f"{first}-{fact.call_id}"))})
        pipe.execute()
    steady, last = 0, []
    while steady < 20:
        time.sleep(0.25)
        counts = _events(told)
        steady, last = (steady + 1 if counts == last else 0), counts
        if len(set(counts)) == 1 and counts[0] > before and steady > 6:
            break
    told.send("lags")
    most = max(last)
    return told.recv(), len(facts), sum(most - count for count in last)


def _events(told: Connection) -> list[int]:
    told.send("count")
    return told.recv()


def at(lags: list[float], part: float) -> float:
    return lags[min(len(lags) - 1, int(len(lags) * part))]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=int, default=1000)
    asked = parser.parse_args()
    seconds = 5.0 if asked.quick else asked.seconds
    results = []
    with tempfile.TemporaryDirectory(prefix="switchdesk-bench-") as folder, Guard() as guard:
        Path(folder).chmod(0o711)  # PostgreSQL runs as somebody else under root
        stand = Stand(Path(folder), guard)
        here, there = multiprocessing.Pipe()
        receivers = multiprocessing.Process(target=receive, args=(HEALTHY, HANGING, there), daemon=True)
        receivers.start()
        port = here.recv()
        try:
            for part, hanging in enumerate((0, HANGING)):
                stand.shell(CLEAR + SETUP.format(name=f"part {part}", number=HEALTHY + hanging, port=port))
                time.sleep(3)  # the sender notices new webhooks within a second
                results.append(played(stand, here, asked.rate, seconds, 1 + sum(told[1] for told in results)))
        finally:
            stand.close()
            receivers.kill()
            for server in (stand.postgres, stand.valkey):
                server.child.ask_to_stop()
                server.child.finish(time.monotonic() + 20)
    (plain, _facts, _lost), (lags, facts, lost) = results
    figures = {
        "p99_s": round(at(lags, 0.99), 3), "p50_s": round(at(lags, 0.5), 3), "worst_s": round(lags[-1], 3),
        "events_s": round(len(lags) / seconds), "lost": lost, "baseline_p99_s": round(at(plain, 0.99), 3),
        "ratio": round(at(plain, 0.99) / at(lags, 0.99), 2), "receivers": HEALTHY + HANGING, "hanging": HANGING,
        "facts": facts,
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
