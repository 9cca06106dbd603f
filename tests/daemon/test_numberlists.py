"""The running daemon and the lists: callers refused, numbers not dialled, at once and through every restart."""

import time

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.numberlists import Entry

from .stage import centre

BLACK = Entry(1, "black", "both", "number", "+8615401400001")
NO_CALL = Entry(2, "no_call", "out", "prefix", "+861380000")


def arrives(stage) -> str:
    """A caller of that number; what became of her: refused or let in."""
    call = stage.switch.call("15401400001")
    stage.until(lambda: stage.facts(f.CallRefused, call_id=call) or stage.facts(f.CallAnswered, call_id=call))
    if not stage.facts(f.CallRefused, call_id=call):
        return "let in"
    ended = stage.fact(f.CallEnded, call_id=call)
    assert (ended.cause, ended.ended_by) == ("CALL_REJECTED", "system")
    assert not stage.facts(f.CallAnswered, call_id=call) and not stage.facts(f.QueueEntered, call_id=call)
    return "refused"


def answers(stage, order: str) -> list[str]:
    return [fact.reason for fact in stage.facts(f.CommandRefused, command_id=order)]


def dialled(stage, number: str) -> str:
    """The sentence with which it is refused; empty if it is dialled."""
    while True:
        order = stage.order(c.Dial, "alice", number=number)
        stage.until(lambda order=order: [*answers(stage, order), *stage.facts(f.DialStarted, call_id=order)])
        refused = answers(stage, order)
        if not refused:
            return ""
        if refused[0] != r.SWITCH_AWAY:
            return refused[0]


def test_a_change_acts_at_once_both_ways(stage):
    stage.order(c.SignIn, "alice")
    assert arrives(stage) == "let in"
    stage.change_lists(BLACK, NO_CALL)
    stage.lists_known()
    assert arrives(stage) == "refused"
    assert dialled(stage, "138 0000 1111") == r.ON_NO_CALL_LIST
    assert dialled(stage, "15401400001") == r.ON_BLACK_LIST
    assert not stage.facts(f.DialStarted)
    stage.change_lists(gone=(1, 2))
    stage.lists_known()
    assert arrives(stage) == "let in"
    assert dialled(stage, "138 0000 1111") == ""


@pytest.mark.parametrize("loss", ["killed", "wiped", "killed and wiped"])
def test_the_lists_hold_through_it(stage, loss: str):
    stage.change_lists(BLACK, NO_CALL)
    stage.lists_known()
    if loss != "wiped":
        stage.kill_daemon()
    if loss != "killed":
        stage.redis.flushall()
        stage.forget()
        stage.publish(centre(2))
    if loss != "wiped":
        stage.start_daemon()
    assert arrives(stage) == "refused"
    stage.order(c.SignIn, "alice")
    assert dialled(stage, "138 0000 1111") == r.ON_NO_CALL_LIST


def test_a_standby_that_takes_over_has_the_lists(pair):
    pair.change_lists(BLACK)
    pair.until(lambda: pair.second.metric("lists_version") == pair.lists)
    pair.first.kill()
    pair.until(lambda: pair.second.role == "leader")
    pair.change_lists(NO_CALL)
    pair.until(lambda: pair.second.metric("lists_version") == pair.lists)
    assert arrives(pair) == "refused"
    pair.order(c.SignIn, "alice")
    assert dialled(pair, "138 0000 1111") == r.ON_NO_CALL_LIST


@pytest.mark.alone
def test_a_change_is_in_force_within_a_second(stage):
    took = []
    for number in range(200):
        began = time.monotonic()
        stage.change_lists(Entry(100 + number, "black", "in", "number", f"+8613900{number:06}"))
        stage.until(lambda: stage.metric("lists_version") == stage.lists)
        took.append(time.monotonic() - began)
    took.sort()
    assert took[197] <= 1.0, took[-5:]
