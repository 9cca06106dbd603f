"""Facts reach the stream in order, at least once, whatever happens to Redis."""

import pytest

from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.outbox import Outbox
from switchctl.contract.names import MAIN

from .told import arrivals, in_stream


@pytest.fixture
def sending(journal, running, tmp_path):
    """An outbox at work on a journal: (outbox, journal)."""

    def start(url, **options):
        checkpoint = Checkpoint(tmp_path / "checkpoint.json")
        ours = journal(tell=checkpoint.tell, **options)
        outbox = Outbox(url, MAIN, ours, checkpoint)
        running(outbox.run)
        return outbox, ours

    return start


def seqs(redis):
    return [fact.seq for fact in in_stream(redis, MAIN.facts)]


def test_facts_reach_the_stream_in_order(sending, redis_client, redis_url):
    outbox, ours = sending(redis_url)
    ours.append(arrivals(1200))
    assert outbox.flushed(60)
    assert seqs(redis_client) == list(range(1, 1201))


def test_it_goes_on_where_the_stream_ends(sending, redis_client, redis_url):
    first, ours = sending(redis_url)
    ours.append(arrivals(10))
    assert first.flushed(60)
    ours.close()
    again, ours = sending(redis_url)
    ours.append(arrivals(5))
    assert again.flushed(60)
    assert seqs(redis_client) == list(range(1, 16))


def test_redis_away_loses_nothing(sending, own_redis, wait_until):
    outbox, ours = sending(own_redis.url)
    ours.append(arrivals(10))
    wait_until(lambda: outbox.problem)
    assert not outbox.flushed(0.2)
    redis = own_redis.start()
    assert outbox.flushed(60)
    own_redis.stop()
    ours.append(arrivals(10))
    wait_until(lambda: outbox.problem)
    redis = own_redis.start()  # empty: whatever it held is gone
    assert outbox.flushed(60)
    assert seqs(redis) == list(range(1, 21))


def test_a_wiped_stream_is_filled_again_from_the_committed_fact(sending, redis_client, redis_url, wait_until):
    outbox, ours = sending(redis_url)
    ours.append(arrivals(10))
    assert outbox.flushed(60)
    redis_client.hset(MAIN.committed, ours.id, 4)
    wait_until(lambda: outbox.committed == 4)
    redis_client.flushall()
    ours.append(arrivals(2))
    wait_until(lambda: set(range(5, 13)) <= set(seqs(redis_client)))


def test_the_journal_is_trimmed_to_what_is_committed_and_in_the_checkpoint(
    sending, redis_client, redis_url, wait_until, tmp_path
):
    outbox, ours = sending(redis_url, segment=600)
    for fact in arrivals(30):
        ours.append([fact])
    assert outbox.flushed(60)
    before = ours.size()
    redis_client.hset(MAIN.committed, ours.id, 30)
    wait_until(lambda: outbox.committed == 30)
    assert ours.size() == before, "the checkpoint holds none of it yet"
    outbox._checkpoint.save(lambda: ours.written)
    wait_until(lambda: ours.size() < before)
    assert outbox.pending == 0


def test_another_journals_facts_in_the_stream_do_not_confuse_it(sending, redis_client, redis_url):
    redis_client.xadd(MAIN.facts, {"f": b'{"kind":"CallAnswered","id":"other:77","seq":77}'})
    outbox, ours = sending(redis_url)
    ours.append(arrivals(3))
    assert outbox.flushed(60)
    assert seqs(redis_client) == [77, 1, 2, 3]


def test_nonsense_at_the_end_of_the_stream_does_not_stop_it(sending, redis_client, redis_url):
    redis_client.xadd(MAIN.facts, {"something": "else"})
    outbox, ours = sending(redis_url)
    ours.append(arrivals(3))
    assert outbox.flushed(60)
    assert redis_client.xlen(MAIN.facts) == 4


def test_who_told_facts_in_which_term_is_known_however_much_was_told_since(journal, running, redis_client, redis_url,
                                                                           tmp_path, wait_until):  # fmt: skip
    redis_client.hset(MAIN.terms, "another", 7)
    heard = []
    checkpoint = Checkpoint(tmp_path / "checkpoint.json")
    ours = journal(tell=checkpoint.tell, epoch=3)
    outbox = Outbox(redis_url, MAIN, ours, checkpoint, lambda epoch, daemon: heard.append((epoch, daemon)))
    running(outbox.run)
    ours.append(arrivals(2))
    assert outbox.flushed(60)
    assert (7, "another") in heard
    assert redis_client.hget(MAIN.terms, ours.id) == b"3"
    ours.epoch = 8
    ours.append(arrivals(1))
    wait_until(lambda: redis_client.hget(MAIN.terms, ours.id) == b"8")
    redis_client.flushall()
    wait_until(lambda: redis_client.hget(MAIN.terms, ours.id) == b"8")
