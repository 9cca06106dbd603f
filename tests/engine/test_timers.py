"""Timers ring once, in order, unless they were cancelled or replaced."""

import gevent
import pytest

from switchctl.engine.timers import Timers


class Clock:
    """``now`` in µs is both the wall's and the steady time, but for ``wrong`` µs."""

    def __init__(self):
        self.now = self.wrong = 0

    def wall(self):
        return self.now + self.wrong

    def steady(self):
        return self.now / 1_000_000


@pytest.fixture
def rang():
    return []


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def timers(rang, clock):
    return Timers(rang.append, clock.wall, clock.steady)


def test_they_ring_in_the_order_of_their_times(timers, rang, clock):
    for key, at in (("c", 30), ("a", 10), ("b", 20)):
        timers.set(key, at)
    clock.now = 5
    assert timers.expire() == pytest.approx(5e-6)
    clock.now = 20
    assert timers.expire() == pytest.approx(10e-6)
    assert rang == ["a", "b"]
    clock.now = 100
    assert timers.expire() is None
    assert rang == ["a", "b", "c"]


def test_a_cancelled_timer_never_rings(timers, rang, clock):
    timers.set("a", 10)
    timers.cancel("a")
    timers.cancel("never set")
    clock.now = 100
    assert timers.expire() is None
    assert rang == []


def test_a_timer_of_the_same_key_is_replaced(timers, rang, clock):
    timers.set("a", 10)
    timers.set("a", 50)
    for clock.now, expected in ((20, []), (50, ["a"]), (100, ["a"])):
        timers.expire()
        assert rang == expected


def test_a_timer_set_to_the_same_time_twice_rings_once(timers, rang, clock):
    timers.set("a", 10)
    timers.set("a", 10)
    clock.now = 10
    timers.expire()
    assert rang == ["a"]


@pytest.mark.parametrize("hour", [-3_600_000_000, 3_600_000_000])
def test_a_wall_clock_that_is_set_changes_no_timer(timers, rang, clock, hour):
    timers.set("a", 10)
    clock.wrong = hour
    timers.set("b", clock.wall() + 20)
    clock.now = 9
    timers.expire()
    assert rang == []
    clock.now = 20
    timers.expire()
    assert rang == ["a", "b"]


def test_replacing_one_timer_for_ever_does_not_grow(timers):
    for at in range(10_000):
        timers.set("a", at)
    assert len(timers) == 1
    assert len(timers._heap) < 100


def test_the_greenlet_wakes_for_an_earlier_timer(timers, rang, clock):
    greenlet = gevent.spawn(timers.run)
    timers.set("late", 60_000_000)
    gevent.sleep(0)
    clock.now = 5
    timers.set("soon", 5)
    with gevent.Timeout(30):
        while not rang:
            gevent.sleep(0.001)
    greenlet.kill()
    assert rang == ["soon"]
