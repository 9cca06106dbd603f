"""Timers ring once, in order, unless they were cancelled or replaced."""

import gevent
import pytest

from switchctl.engine.timers import Timers


@pytest.fixture
def rang():
    return []


@pytest.fixture
def timers(rang):
    return Timers(rang.append, lambda: 0)


def test_they_ring_in_the_order_of_their_times(timers, rang):
    for key, at in (("c", 30), ("a", 10), ("b", 20)):
        timers.set(key, at)
    assert timers.expire(5) == 10
    assert timers.expire(20) == 30
    assert rang == ["a", "b"]
    assert timers.expire(100) is None
    assert rang == ["a", "b", "c"]


def test_a_cancelled_timer_never_rings(timers, rang):
    timers.set("a", 10)
    timers.cancel("a")
    timers.cancel("never set")
    assert timers.expire(100) is None
    assert rang == []


def test_a_timer_of_the_same_key_is_replaced(timers, rang):
    timers.set("a", 10)
    timers.set("a", 50)
    timers.expire(20)
    assert rang == []
    timers.expire(50)
    assert rang == ["a"]
    timers.expire(100)
    assert rang == ["a"]


def test_a_timer_set_to_the_same_time_twice_rings_once(timers, rang):
    timers.set("a", 10)
    timers.set("a", 10)
    timers.expire(10)
    assert rang == ["a"]


def test_replacing_one_timer_for_ever_does_not_grow(timers):
    for at in range(10_000):
        timers.set("a", at)
    assert len(timers) == 1
    assert len(timers._heap) < 100


def test_the_greenlet_wakes_for_an_earlier_timer(rang):
    now = [0]
    timers = Timers(rang.append, lambda: now[0])
    greenlet = gevent.spawn(timers.run)
    timers.set("late", 60_000_000)
    gevent.sleep(0)
    now[0] = 5
    timers.set("soon", 5)
    with gevent.Timeout(2):
        while not rang:
            gevent.sleep(0.001)
    greenlet.kill()
    assert rang == ["soon"]
