"""The web server and the publisher of events are killed again and again, at any moment, while programs send and follow.

Three programs add customers, each request under a key that is sent until it is answered, and now and then once more as
after a restart of the program; they give orders to the switch likewise. One program follows what happens. Afterwards
each key has been done once and answered the same however often it came, and the follower was told of each customer
once, in the order of numbers. A few rounds with a fixed seed in CI; ``make prove`` plays ``PROOF_ROUNDS``.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from switchdesk_client import Answer, Client, Patience

from crm.customers.models import Customer
from crm.events.models import Event
from tests.crm.events.processes import Follower, processes, until
from tests.crm.live.conftest import daemon

__all__ = ["daemon", "processes"]
ROUNDS = int(os.environ.get("PROOF_ROUNDS", "2"))
SEED = 20261123
SENDERS = 3
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(300 + 30 * ROUNDS)]


class Sender(threading.Thread):
    """A program. ``answers``: key → what was answered, as often as it was answered."""

    def __init__(self, number: int, port: int, text: str) -> None:
        super().__init__(daemon=True)
        self._chance = random.Random(f"{SEED}-{number}")
        self._number, self._over, self._gone = number, threading.Event(), threading.Event()
        patience = Patience(tries=1_000_000, first_s=0.02, longest_s=0.05)
        self._client = Client(f"http://127.0.0.1:{port}", text, patience=patience, sleep=self._pause)
        self.answers: dict[str, list[Answer]] = {}
        self.failed: Exception | None = None

    @property
    def replayed(self) -> int:
        """How often a first answer was one that had been lost: the work was done before."""
        return sum(told[0].replayed for told in self.answers.values())

    def run(self) -> None:
        try:
            while not self._over.is_set():
                key = f"{self._number}-{len(self.answers)}"
                for _time in range(1 + (self._chance.random() < 0.2)):
                    self.answers.setdefault(key, []).append(self.ask(self._client, key))
        except Exception as error:
            self.failed = error

    def ask(self, client: Client, key: str) -> Answer:
        return client.post("/customers", {"name": key}, key=key)

    def end(self) -> None:
        """After the request that it has in hand."""
        self._over.set()

    def leave(self) -> None:
        """At once."""
        self._over.set()
        self._gone.set()

    def _pause(self, seconds: float) -> None:
        if self._gone.wait(seconds):
            raise EOFError


class Orderer(Sender):
    """Another one, which gives orders to the switch."""

    def ask(self, client: Client, key: str) -> Answer:
        return client.post("/agents/alice/commands/hang-up", key=key)


@pytest.fixture
def senders(processes, programs) -> Iterator[list[Sender]]:
    text = programs("customers.add", "customers.see", "agents.command", rate=1_000_000, name="Shop").text
    made = [Sender(number, processes.port, text) for number in range(SENDERS)]
    made.append(Orderer(SENDERS, processes.port, text))
    yield made
    for one in made:
        one.leave()


@pytest.fixture
def follower(processes, programs) -> Iterator[Follower]:
    program = programs("events.follow", "customers.see", rate=1_000_000, name="Follower")
    made = Follower(processes.port, program.text, kinds=["customer.added"])
    yield made
    made.end()


def test_each_key_is_done_once_and_each_event_told_once(bus, daemon, processes, senders, follower):
    chance = random.Random(SEED)
    web, publisher = processes.web(), processes.publisher()
    before = set(Customer.objects.values_list("pk", flat=True))
    for thread in (*senders, follower):
        thread.start()
    for _ in range(ROUNDS):
        known = [len(one.answers) for one in senders]
        until(lambda known=known: all(len(one.answers) > n + 2 for one, n in zip(senders, known, strict=True)))
        _pause(chance.uniform(0, 0.3))
        if chance.random() < 0.5:
            publisher = _killed(publisher, processes.publisher)
        web = _killed(web, processes.web)
        if chance.random() < 0.5:
            publisher = _killed(publisher, processes.publisher)
    for one in senders:
        one.end()
    for one in senders:
        one.join(120)
        assert not one.is_alive() and one.failed is None, one.failed

    given = {key: [told.body for told in many] for one in senders for key, many in one.answers.items()}
    assert all(told == many[0] for many in given.values() for told in many), "the same key, another answer"
    orders = {key: many[0]["command"] for key, many in given.items() if "command" in many[0]}
    added = {key: many[0]["id"] for key, many in given.items() if key not in orders}
    assert dict(Customer.objects.exclude(pk__in=before).values_list("name", "pk")) == added
    assert Customer.objects.count() == len(before) + len(added), "something was done twice"
    until(lambda: len(daemon[0]) >= len(orders))
    assert Counter(order.id for order in daemon[0]) == Counter(orders.values())

    until(lambda: Event.objects.filter(kind="customer.added", data__customer__in=added.values()).count() == len(added))
    numbers = list(Event.objects.filter(kind="customer.added").order_by("pk").values_list("pk", flat=True))
    until(lambda: len(follower.seen) >= len(numbers))
    assert follower.seen == numbers and follower.resumed
    assert len(numbers) - len(added) == Event.objects.filter(kind="customer.added", data__customer__in=before).count()
    lost = sum(one.replayed for one in senders)
    said = f"{ROUNDS} kills: {len(added)} customers, {len(orders)} orders, {lost} answers that had been lost\n"
    sys.stdout.write(said)


def _killed(process: subprocess.Popen, start: Callable[[], subprocess.Popen]) -> subprocess.Popen:
    process.send_signal(signal.SIGKILL)
    process.wait()
    return start()


def _pause(seconds: float) -> None:
    """The one thing here that only time can bring: another place in their work."""
    threading.Event().wait(seconds)
