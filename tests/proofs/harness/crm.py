"""The other side of Redis: the directory's writer, the one who turns facts into records, and people at their desks.

Facts are read as ``record_events`` reads them: at least once, some of them again, and what is committed is told to the
daemons as the newest number below which nothing is missing.
"""

import random
from collections.abc import Callable
from typing import Any

import gevent

from crm.live.feed import Feed
from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract.dialling import Home
from switchctl.contract.listbook import encode, snapshot_of
from switchctl.contract.live import LiveView
from switchctl.contract.names import MAIN
from tests.proofs.harness.exchange import Book
from tests.proofs.virtual import clock, memory_redis
from tests.proofs.virtual.loop import Process

PEOPLE = {"amy": "1001", "bob": "1002", "cai": "1003", "dot": "1004"}
SECOND = 1_000_000


class Crm:
    """``view`` is what the pages show, kept by their own feeder; ``facts`` all that was read, by id."""

    def __init__(self, seed: int, book: Book) -> None:
        self.process = Process("crm")
        self.chance = random.Random(seed + 77)
        self.book = book
        self.feed = Feed(None, name="harness")
        self.facts: dict[str, f.Fact] = {}
        self.read = 0
        """Facts read, repeats included."""
        self.database_away = False
        self.hands_off = False
        """Nobody at the desks does anything."""
        self.version = 0
        self.wrap_up_s = 4
        self.tiers = dict.fromkeys(PEOPLE, 1)
        self._place = b"0-0"
        self._committed: dict[str, int] = {}
        self._orders = 0

    @property
    def view(self) -> LiveView:
        return self.feed.view

    def start(self) -> None:
        self.write_directory()
        self.process.spawn(self._record)
        for agent in PEOPLE:
            self.process.spawn(self._work, agent)

    # --- configuration

    def write_directory(self) -> None:
        """As on commit."""
        self.version += 1
        held = d.Directory(
            version=self.version,
            agents=tuple(
                d.Agent(
                    id=who, name=who, extension=number, wrap_up_s=self.wrap_up_s, ring_s=6, max_misses=3,
                    dialling="national",
                )  # fmt: skip
                for who, number in PEOPLE.items()
            ),
            queues=tuple(
                d.Queue(
                    id=queue, name=queue,
                    members=tuple(d.Membership(agent=who, tier=self.tiers[who]) for who in members),
                )
                for queue, members in (("support", PEOPLE), ("sales", ("amy", "bob")))
            ),
            trunks=(d.Trunk(gateway="carrier"),),
            dial_s=8,
            home=Home(outside=("+",)),
            routes=(d.Route(number="4001", queue="support"), d.Route(number="4002", queue="sales", greeting="")),
        )  # fmt: skip
        memory_redis.store.keys[MAIN.directory] = (d.encode(held), float("inf"))
        lists = encode(snapshot_of(1, b"", ()))
        memory_redis.store.hashes[MAIN.lists] = {"version": b"1", "at": b"1", "snapshot": lists}
        messages = memory_redis.store.messages
        messages[MAIN.directory_changed] = messages.get(MAIN.directory_changed, 0) + 1

    # --- records

    def _record(self) -> None:
        while True:
            gevent.sleep(0.1)
            if not memory_redis.store.away and not self.database_away:
                if self.version and MAIN.directory not in memory_redis.store.keys:
                    self.write_directory()
                self.take()

    def take(self) -> None:
        """Read what is new."""
        store = memory_redis.store
        stream = store.streams.get(MAIN.facts, [])
        if stream and int(stream[-1][0].partition(b"-")[0]) < int(self._place.partition(b"-")[0]):
            self._place = b"0-0"  # the stream was wiped or lost its end
        for place, fields in store.after(MAIN.facts, self._place, None):
            self._place = place
            self._take(f.decode(fields[b"f"]))
        store.hashes[MAIN.committed] = {journal: b"%d" % seq for journal, seq in self._committed.items()}

    def again(self, entries: int) -> None:
        """The consumer died before it acknowledged: its last entries are delivered once more."""
        stream = memory_redis.store.streams.get(MAIN.facts, [])
        read = [fields for place, fields in stream if memory_redis.key(place) <= memory_redis.key(self._place)]
        for fields in read[-entries:]:
            self._take(f.decode(fields[b"f"]))

    def forget_place(self) -> None:
        """Read the whole stream from its beginning."""
        self._place = b"0-0"

    def _take(self, fact: f.Fact) -> None:
        self.read += 1
        known = self.facts.setdefault(fact.id, fact)
        if known != fact:
            self.book.blame("doubled", f"two facts have the number {fact.id}: {known} {fact}")
        self.feed.take("0-0", fact)
        journal = fact.id.rpartition(":")[0]
        while f"{journal}:{self._committed.get(journal, 0) + 1}" in self.facts:
            self._committed[journal] = self._committed.get(journal, 0) + 1

    # --- people

    def order(self, kind: type[c.Command], agent: str, **fields: Any) -> None:
        """A button on an agent's page."""
        if memory_redis.store.away:
            return
        self._orders += 1
        if kind in (c.HangUp, c.Reject):
            self.book.hang_ups[PEOPLE[agent]] = clock.monotonic()
        now = int(clock.EPOCH * SECOND + (clock.monotonic() - 1000) * SECOND)
        command = kind(id=f"o{self._orders}", agent=agent, deadline=now + 10 * SECOND, **fields)
        memory_redis.store.add(MAIN.commands, {b"c": c.encode(command)})

    def _work(self, agent: str) -> None:
        """She wants to take calls, and looks at her page every few seconds."""
        steps: dict[str, Callable[[], None]] = {
            "offline": lambda: self.order(c.SignIn, agent),
            "paused": lambda: self.order(c.BecomeReady, agent),
            "unreachable": lambda: self.order(c.BecomeReady, agent),
            "wrapup": lambda: self.order(c.FinishWrapUp, agent) if self.chance.random() < 0.3 else None,
        }
        while True:
            gevent.sleep(self.chance.uniform(1, 4))
            live = self.view.agents.get(agent)
            step = steps.get(live.state if live else "offline")
            if step is not None and not self.hands_off:
                step()
