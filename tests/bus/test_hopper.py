"""Leads are taken out for one agent at a time, in their order, each once, and none that has expired."""

import gevent
import pytest

from switchctl.bus.hopper import Hopper
from switchctl.contract import hopper
from switchctl.contract.hopper import Entry
from switchctl.contract.names import MAIN

from .conftest import until

NOW = 1_800_000_000_000_000


class Leads:
    """A campaign's hopper, and the answers that came out of it."""

    def __init__(self, url, redis_client) -> None:
        self.got = []
        self.may = True
        self.redis = redis_client
        self.hopper = Hopper(url, MAIN, lambda *answer: self.got.append(answer), lambda: NOW, lambda: self.may)

    def hold(self, *leads: Entry) -> None:
        self.redis.rpush(MAIN.hopper("7"), *map(hopper.encode, leads))

    def held(self) -> list[str]:
        return [hopper.decode_entry(raw).id for raw in self.redis.lrange(MAIN.hopper("7"), 0, -1)]

    def ask(self, number: int = 1, agent: str = "alice", campaign: str = "7") -> Entry | None:
        self.hopper.step((number, campaign, agent))
        assert self.got[-1][:2] == (number, campaign)
        return self.got[-1][2]


@pytest.fixture
def leads(redis_client, redis_url):
    return Leads(redis_url, redis_client)


def lead(name: str, **fields) -> Entry:
    return Entry(**{"id": name, "campaign": "7", "number": "+8613800001111", "expires": NOW, **fields})


def test_in_their_order_each_once_and_then_none(leads):
    leads.hold(lead("a", ring_s=30, auto_answer=True), lead("b"))
    assert leads.ask(1) == lead("a", ring_s=30, auto_answer=True)
    assert [leads.ask(2).id, leads.ask(3), leads.ask(4, campaign="8")] == ["b", None, None]
    assert leads.hopper.taken == 2


def test_what_has_expired_goes(leads):
    leads.hold(lead("old", expires=NOW - 1), lead("just"), lead("later", expires=NOW + 1))
    assert [leads.ask().id, leads.ask().id, leads.ask()] == ["just", "later", None]
    assert not leads.held()


def test_what_is_for_another_keeps_its_place(leads):
    leads.hold(lead("old", expires=NOW - 1), lead("bobs", agent="bob"), lead("bobs-too", agent="bob"), lead("any"))
    assert leads.ask(agent="alice").id == "any"
    assert leads.held() == ["bobs", "bobs-too"]
    assert leads.ask(agent="alice") is None and leads.held() == ["bobs", "bobs-too"]
    assert [leads.ask(agent="bob").id, leads.held()] == ["bobs", ["bobs-too"]]


def test_what_is_put_back_is_the_next_one(leads):
    leads.hold(lead("a"), lead("b"))
    taken = leads.ask()
    leads.hopper.step(taken)
    assert leads.held() == ["a", "b"] and leads.ask() == taken


@pytest.mark.parametrize("raw", [b"{nonsense", b"7", b'{"id": 3, "expires": 9e15}', b"[]"])
def test_what_is_not_understood_is_dropped_and_the_next_one_taken(leads, raw):
    leads.redis.rpush(MAIN.hopper("7"), raw)
    leads.hold(lead("another", campaign="8"), lead("a"))
    assert leads.ask().id == "a" and not leads.held()


def test_nothing_is_taken_while_nothing_may_be_begun(leads):
    leads.hold(lead("a"))
    leads.may = False
    assert leads.ask() is None and leads.held() == ["a"]


def test_redis_away_is_an_answer_too_and_it_goes_on_by_itself(own_redis, running):
    own_redis.start()
    leads = Leads(own_redis.url, None)
    running(leads.hopper.run)
    own_redis.stop()
    leads.hopper.take(1, "7", "alice")
    leads.hopper.put_back(lead("lost"))
    leads.hopper.take(2, "7", "alice")
    until(lambda: len(leads.got) == 2)
    leads.redis = own_redis.start()
    leads.hold(lead("a"))
    leads.hopper.take(3, "7", "alice")
    until(lambda: len(leads.got) == 3)
    assert [answer[2] and answer[2].id for answer in leads.got] == [None, None, "a"]


def test_two_who_ask_at_once_never_get_the_same(redis_client, redis_url):
    both = [Leads(redis_url, redis_client) for _ in range(2)]
    both[0].hold(*(lead(str(number)) for number in range(100)))
    gevent.joinall([gevent.spawn(lambda one=one: [one.ask() for _ in range(60)]) for one in both], raise_error=True)
    got = [answer[2].id for one in both for answer in one.got if answer[2]]
    assert sorted(got, key=int) == [str(number) for number in range(100)]
