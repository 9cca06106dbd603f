"""What can no longer be begun is said behind all that was begun, and by the newest term alone."""

import gevent
import pytest

from switchctl.bus.settling import Settling
from switchctl.contract import hopper
from switchctl.contract.names import MAIN

from .conftest import until
from .told import arrivals


class Engine:
    """Answers each question at its time, as the loop does behind a batch."""

    def __init__(self, url, journal, since=1):
        self.now, self.before, self.facts = 100, [], []
        self.settling = Settling(url, MAIN, journal, self.answer, self.before.append)
        self.settling.since = since
        self.journal = journal

    def answer(self):
        self.journal.append(self.facts)
        self.settling.settle(self.now)


def said(redis_client) -> hopper.Settled | None:
    raw = redis_client.get(MAIN.settled)
    return hopper.decode_settled(raw) if raw else None


@pytest.fixture
def leads(journal, redis_url):
    """A leader of a term, with the journal of this test."""
    return lambda epoch, since=1: Engine(redis_url, journal(epoch=epoch), since)


def test_it_is_said_with_the_facts_that_stand_before_it(leads, redis_client, running):
    engine = leads(3, since=2)
    engine.facts = arrivals(2)
    running(engine.journal.run)
    engine.settling.begin()
    engine.settling.step()
    assert said(redis_client) == hopper.Settled(journal=engine.journal.id, epoch=3, since=2, seq=2, until=100)


def test_nothing_is_said_before_the_facts_are_safe_from_the_loss_of_the_host(leads, redis_client):
    engine = leads(3)
    engine.facts = arrivals(1)
    engine.settling.begin()
    step = gevent.spawn(engine.settling.step)
    until(lambda: engine.journal.written == 1)
    assert said(redis_client).until == 0 and engine.journal.flushed == 0
    flushing = gevent.spawn(engine.journal.run)
    step.join(30)
    assert (said(redis_client).seq, said(redis_client).until) == (1, 100)
    flushing.kill()


def test_a_disk_that_takes_nothing_leaves_it_unsaid(leads, redis_client, monkeypatch):
    engine = leads(3)
    engine.facts = arrivals(1)
    engine.settling.begin()
    monkeypatch.setattr("os.write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    step = gevent.spawn(engine.settling.step)
    until(lambda: engine.journal.problem)
    monkeypatch.undo()
    assert not step.ready() and said(redis_client).until == 0
    step.kill()


def test_a_term_begins_with_what_the_last_one_said(leads, redis_client):
    redis_client.set(MAIN.settled, hopper.encode(hopper.Settled(journal="other", epoch=2, seq=9, until=5_000)))
    engine = leads(3)
    engine.settling.begin()
    assert engine.before == [5_000] and engine.settling.begun.is_set()
    assert (said(redis_client).journal, said(redis_client).epoch) == (engine.journal.id, 3)


def test_what_is_not_understood_holds_nobody_up(leads, redis_client):
    redis_client.set(MAIN.settled, b"{nonsense")
    engine = leads(3)
    engine.settling.begin()
    assert engine.settling.begun.is_set() and said(redis_client).epoch == 3


@pytest.mark.parametrize(("epoch", "journal_id"), [(4, "0"), (3, "~later-name")])
def test_a_leader_that_was_followed_does_not_write_over_its_successor(leads, redis_client, epoch, journal_id):
    engine = leads(3)
    engine.settling.begin()
    theirs = hopper.Settled(journal=journal_id, epoch=epoch, seq=1, until=7)
    redis_client.set(MAIN.settled, hopper.encode(theirs))
    engine.settling.step()
    assert said(redis_client) == theirs


def test_it_goes_on_when_redis_was_away(journal, own_redis, running):
    redis = own_redis.start()
    engine = Engine(own_redis.url, journal(epoch=3))
    running(engine.settling.run)
    until(lambda: said(redis))
    own_redis.stop()
    engine.now = 200
    redis = own_redis.start()
    until(lambda: (s := said(redis)) and s.until == 200)
