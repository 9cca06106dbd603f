"""Callers whom a list names are refused before the answer; numbers that a list names are not dialled."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.numberlists import Entry
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre

CALLER = "15401400001"
BLACK = Entry(7, "black", "both", "number", "+8615401400001")
SEGMENT = Entry(8, "black", "in", "prefix", "+86154")
WHITE = Entry(9, "white", "both", "number", "+8615401400001")
NO_CALL = Entry(10, "no_call", "out", "number", "+8613800001111")


def refused(centre: Centre, call: str) -> bool:
    """Whether she was, and nothing else was done with her."""
    told = centre.facts(f.CallRefused, call_id=call)
    if not told:
        return False
    (said,) = told
    (ended,) = centre.facts(f.CallEnded, call_id=call)
    assert (ended.cause, ended.ended_by) == ("CALL_REJECTED", "system")
    assert centre.facts(f.CallArrived, call_id=call)[0].stage == "refused"
    assert not centre.facts(f.CallAnswered, call_id=call)
    assert not [e for e in centre.done if isinstance(e, do.Answer | do.Play) and e.leg == call]
    assert said.list == "black" and said.entry
    return True


@pytest.mark.parametrize("number", [CALLER, f"+86{CALLER}", f"0086{CALLER}", f"0{CALLER}"])
@pytest.mark.parametrize("entry", [BLACK, SEGMENT])
def test_a_black_caller_is_refused_before_the_answer(entry: Entry, number: str):
    centre = Centre()
    centre.ready("amy")
    centre.list_numbers(entry)
    centre.call("ann", number=number)
    assert refused(centre, "ann")
    assert centre.last(f.CallRefused).by == entry.kind
    assert centre.state("amy") == "ready"
    centre.wait(180)
    laws.at_the_end(centre)
    assert len(centre.facts(f.CallRefused)) == 1


def test_who_waits_stays_and_the_next_call_is_refused():
    centre = Centre()
    centre.waiting("ann")
    centre.list_numbers(BLACK)
    centre.call("bea")
    assert refused(centre, "bea")
    assert not refused(centre, "ann") and centre.view.calls["ann"].stage == "waiting"


def test_a_white_number_of_a_black_segment_is_let_in():
    centre = Centre()
    centre.list_numbers(SEGMENT, WHITE)
    centre.call("ann")
    assert not refused(centre, "ann") and centre.facts(f.CallAnswered, call_id="ann")


def test_an_entry_that_is_taken_away_or_runs_out_lets_her_in():
    centre = Centre()
    centre.list_numbers(BLACK)
    centre.list_numbers(gone=(BLACK.id,))
    centre.call("ann")
    assert not refused(centre, "ann")
    until = centre.now // 1_000_000 + 60
    centre.list_numbers(Entry(11, "black", "in", "number", "+8615401400001", "", 0, until))
    centre.call("bea")
    assert refused(centre, "bea")
    centre.wait(61)
    centre.call("eve")
    assert not refused(centre, "eve")


def test_without_lists_callers_are_let_in_and_nobody_outside_is_dialled():
    centre = Centre()
    centre.brain.world.lists = None
    centre.call("ann")
    assert centre.facts(f.CallAnswered, call_id="ann")
    centre.order(c.SignIn, "amy")
    centre.order(c.Dial, "amy", number="13800001111")
    assert centre.last(f.CommandRefused).reason == r.LISTS_UNKNOWN
    assert not centre.wishes(do.Dial)
    centre.order(c.Dial, "amy", number="120")
    assert centre.wishes(do.Dial)[-1].number == "120"


@pytest.mark.parametrize(("entry", "reason"), [
    (NO_CALL, r.ON_NO_CALL_LIST),
    (Entry(1, "no_call", "out", "range", "+8613800000000", "+8613800009999"), r.ON_NO_CALL_LIST),
    (Entry(2, "black", "out", "prefix", "+861380000"), r.ON_BLACK_LIST),
    (Entry(3, "black", "both", "number", "+8613800001111"), r.ON_BLACK_LIST),
])  # fmt: skip
@pytest.mark.parametrize("typed", ["13800001111", "+86 138 0000 1111", "008613800001111"])
def test_a_listed_number_is_not_dialled(entry: Entry, reason: str, typed: str):
    centre = Centre()
    centre.ready("amy")
    centre.list_numbers(entry)
    centre.order(c.Dial, "amy", number=typed)
    assert centre.last(f.CommandRefused).reason == reason
    assert not centre.wishes(do.Dial) and not centre.facts(f.DialStarted)
    assert centre.state("amy") == "ready"


def test_no_list_stands_before_an_emergency_number():
    centre = Centre()
    centre.list_numbers(Entry(1, "black", "both", "number", "110"), Entry(2, "no_call", "out", "prefix", "1"))
    centre.order(c.SignIn, "amy")
    centre.order(c.Dial, "amy", number="110")
    assert centre.wishes(do.Dial)[-1].number == "110"


def test_a_white_number_may_be_dialled_by_everybody_but_no_premium_one():
    centre = Centre()
    centre.layout = with_dialling(centre, "internal")
    centre.reconfigure(centre.layout)
    centre.order(c.SignIn, "amy")
    centre.order(c.SignIn, "bob")
    centre.order(c.Dial, "amy", number="13800001111")
    assert centre.last(f.CommandRefused).reason == r.EXTENSIONS_ONLY
    centre.list_numbers(Entry(1, "white", "out", "prefix", "+861380000"), Entry(2, "white", "out", "prefix", "+8190"))
    centre.order(c.Dial, "bob", number="+81901234567")
    assert centre.last(f.CommandRefused).reason in (r.PREMIUM_NUMBER, r.EXTENSIONS_ONLY)
    centre.order(c.Dial, "amy", number="13800001111")
    assert centre.wishes(do.Dial)[-1].number == "+8613800001111"


def test_a_daemon_that_dies_over_it_answers_her_neither_when_it_is_back():
    centre = Centre()
    centre.list_numbers(BLACK)
    centre.call("ann")
    centre.die()
    centre.start()
    centre.drain()
    centre.call("bea")
    assert refused(centre, "bea")
    assert not centre.facts(f.CallAnswered)


def with_dialling(centre: Centre, dialling: str):
    agents = tuple(msgspec.structs.replace(agent, dialling=dialling) for agent in centre.layout.agents)
    return msgspec.structs.replace(centre.layout, agents=agents)
