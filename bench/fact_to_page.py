"""How long from a fact that the daemon tells to the browser's socket that it concerns.

The web server and the feeder are the processes that `make run` starts, on a PostgreSQL and a Valkey of their own. Facts
are born in a process of their own and go through switchctl's journal and outbox into the stream. Desks and floors are
websockets as the pages open them: a session, an Origin, a ticket. Whom a fact concerns is asked of the feeder's own
logic, run over the same stream; a desk has it when the first delta comes that leads past the fact.

`p50_ms` and `p99_ms` are of desks, which are told at once. Floors are told at most four times a second: `floor_p99_ms`
may reach 250 ms more. `dropped` counts what a desk or a floor never got. Times are wall clocks of one machine, from the
fact's `at`. The baseline sends each fact to everybody, through the same web server and channel layer.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.born import QUEUES  # noqa: E402  after the path
from bench.rig.site import Site, free_port, python  # noqa: E402

DESKS, FLOORS, RATE = 200, 10, 50.0
LIMIT_MS = 40.0
PATIENCE_S = 5.0
"""What has not come so long after the last fact is dropped."""


def people() -> tuple[list, list]:
    """Agents of eight queues, and supervisors who see them all; no passwords, their sessions are made here."""
    from crm.accounts.models import Department
    from crm.accounts.services import user_create
    from crm.telephony.services import agent_set, queue_members_set, queue_set

    home = Department.objects.create(name="Bench")
    agents = [
        user_create(username=f"agent{n:03d}", password=None, department=home, extension=str(3000 + n), language="en")
        for n in range(DESKS)
    ]
    for agent in agents:
        agent_set(user=agent)
    for n in range(QUEUES):
        queue = queue_set(code=f"queue{n}", name=f"Queue {n}")
        queue_members_set(queue=queue, tiers=dict.fromkeys(agents[n::QUEUES], 1))
    watchers = [
        user_create(username=f"lead{n}", password=None, roles=["supervisor"], department=home) for n in range(FLOORS)
    ]
    return agents, watchers


def session_of(user) -> str:
    """The key of a session as a login makes it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


class Page:
    """One websocket; keeps what came and when (µs), and reads it when the clock has stopped."""

    def __init__(self, name: str, socket) -> None:
        self.name, self.socket = name, socket
        self.came: list[tuple[int, str]] = []
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for text in self.socket:
            self.came.append((time.time_ns() // 1000, text))

    def deltas(self, source: str) -> list[tuple[int, int]]:
        """(revision that was reached, when), in order."""
        told = ((json.loads(text), at) for at, text in self.came)
        return [(m["to"], at) for m, at in told if m.get("source") == source and m["type"] == "delta"]


async def opened(port: int, path: str, user, session: str) -> Page:
    from websockets.asyncio.client import connect

    from crm.logins.tickets import ticket_make

    ticket = ticket_make(user_id=user.pk, session_key=session)
    socket = await connect(
        f"ws://127.0.0.1:{port}{path}?language=en", origin=f"http://127.0.0.1:{port}",
        additional_headers={"Cookie": f"sessionid={session}"}, subprotocols=["switchdesk", f"ticket.{ticket}"],
        open_timeout=30, max_size=None, compression=None,
    )  # fmt: skip
    page = Page(user.username, socket)
    while not page.came:
        await asyncio.sleep(0.01)
    return page


def stream() -> list[tuple[str, object]]:
    from crm import bus
    from switchctl.contract import facts
    from switchctl.contract.names import MAIN

    return [(entry.decode(), facts.decode(fields[b"f"])) for entry, fields in bus.blocking_client().xrange(MAIN.facts)]


def concerns(entries: list[tuple[str, object]]) -> tuple[list[tuple[str, int, int]], list[tuple[int, int]]]:
    """By the feeder's own logic: (group of a desk, revision, at) for each telling, (revision, at) for floors."""
    from crm.live.feed import Feed

    feed, desks, floors = Feed(None), [], []
    for revision, (entry, fact) in enumerate(entries, 1):
        desks += [(post.group, revision, fact.at) for post in feed.take(entry, fact)]
        if feed.dirty:
            floors.append((revision, fact.at))
            feed.flush()
    return desks, floors


def waits(wanted: list[tuple[int, int]], came: list[tuple[int, int]]) -> list[float | None]:
    """Milliseconds from each (revision, at) to the first delta that reaches it; None when none does."""
    found, place = [], 0
    for revision, at in wanted:
        while place < len(came) and came[place][0] < revision:
            place += 1
        found.append((came[place][1] - at) / 1000 if place < len(came) else None)
    return found


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else -1.0


async def tell(site: Site, seconds: float, seed: int) -> None:
    """Facts are born for so long, beside us."""
    daemon = site.folder / f"daemon{seed}"
    words = (ROOT / "bench/rig/born.py", daemon, site.place.redis_url, DESKS, RATE, seconds, seed)
    born = site.run("born", python(*words))
    while born.poll() is None:
        await asyncio.sleep(0.05)
    if born.returncode:
        raise RuntimeError((site.place.logs / "born.log").read_text())


async def ours(site: Site, agents: dict, watchers: dict, seconds: float) -> dict[str, float]:
    from crm.live import groups

    site.wait_web(site.port)
    site.warm()
    pages: list[Page] = []
    those = list(agents.items())
    for begin in range(0, len(those), 20):
        pages += await asyncio.gather(*(opened(site.port, "/ws/desk/", *one) for one in those[begin : begin + 20]))
    floors = await asyncio.gather(*(opened(site.port, "/ws/floor/", *watcher) for watcher in watchers.items()))
    await tell(site, 1.0, 1)
    warmed = len(stream())
    await tell(site, seconds, 2)
    entries = stream()
    wanted, dirty = concerns(entries)
    last = max(revision for _group, revision, _at in wanted)
    over = time.monotonic() + PATIENCE_S
    while time.monotonic() < over and any(not f.came or f'"to": {last}' not in f.came[-1][1] for f in floors[:1]):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    for page in (*pages, *floors):
        page.listening.cancel()
        await page.socket.close()
    by_desk: dict[str, list[tuple[int, int]]] = {}
    for group, revision, at in wanted:
        if revision > warmed:
            by_desk.setdefault(group, []).append((revision, at))
    told = [w for page in pages for w in waits(by_desk.get(groups.desk(page.name), []), page.deltas("desk"))]
    floor = [w for page in floors for w in waits([d for d in dirty if d[0] > warmed], page.deltas("floor"))]
    took = [wait for wait in told if wait is not None]
    on_floor = [wait for wait in floor if wait is not None]
    return {
        "facts": len(entries) - warmed, "tellings": len(told), "p50_ms": round(statistics.median(took), 1),
        "p99_ms": percentile(took, 0.99), "max_ms": round(max(took), 1), "floor_p99_ms": percentile(on_floor, 0.99),
        "dropped": told.count(None) + floor.count(None),
    }  # fmt: skip


async def everybody(site: Site, seconds: float) -> dict[str, float]:
    """The baseline: the same facts, each to all."""
    from websockets.asyncio.client import connect

    port = free_port()
    words = ("-m", "uvicorn", "bench.rig.everybody:application", "--host", "127.0.0.1", "--port", port)
    site.run("everybody", python(*words, "--lifespan", "off", "--no-access-log"))
    site.run("everybody_feed", python("-m", "bench.rig.everybody"))
    site.wait_web(port)
    options = {"open_timeout": 30, "max_size": None, "compression": None}
    pages = [
        Page(str(n), socket)
        for n, socket in enumerate(
            await asyncio.gather(*(connect(f"ws://127.0.0.1:{port}/", **options) for _ in range(DESKS + FLOORS)))
        )
    ]
    log = site.place.logs / "everybody_feed.log"
    while "following" not in log.read_text():
        await asyncio.sleep(0.05)
    before = len(stream())
    await tell(site, seconds, 3)
    wanted = {fact.seq: fact.at for _entry, fact in stream()[before:]}
    over, count = time.monotonic() + PATIENCE_S, -1
    while time.monotonic() < over and count != (count := sum(len(page.came) for page in pages)):
        await asyncio.sleep(0.5)
    for page in pages:
        page.listening.cancel()
    came = [(at, json.loads(text)["seq"]) for page in pages for at, text in page.came]
    took = [(at - wanted[seq]) / 1000 for at, seq in came if seq in wanted]
    return {
        "baseline_p50_ms": percentile(took, 0.5), "baseline_p99_ms": percentile(took, 0.99),
        "baseline_dropped": len(wanted) * len(pages) - len(took),
        "baseline_dropped_percent": round(100 - 100 * len(took) / max(1, len(wanted) * len(pages)), 1),
    }  # fmt: skip


async def measured(site: Site, agents: dict, watchers: dict, quick: bool) -> dict[str, float]:
    told = await ours(site, agents, watchers, 5.0 if quick else 40.0)
    return {"desks": DESKS, "floors": FLOORS, **told, **await everybody(site, 3.0 if quick else 15.0)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="5 seconds of facts instead of 40")
    quick = parser.parse_args().quick
    folder = Path(tempfile.mkdtemp(prefix="switchdesk-bench-"))
    folder.chmod(0o711)
    site = Site(folder)
    try:
        site.start("web", "feed_live")
        from django.db import transaction

        with transaction.atomic():  # one directory for all of them
            made = people()
        agents, watchers = ({user: session_of(user) for user in users} for users in made)
        told = asyncio.run(measured(site, agents, watchers, quick))
        print(json.dumps(told))
        return 0 if told["p99_ms"] <= LIMIT_MS and told["dropped"] == 0 else 1
    finally:
        site.end()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
