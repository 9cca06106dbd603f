"""On the real switch: whom a list names is refused before the answer, and what one names is never dialled."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals
from switchctl.contract.numberlists import Entry
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import until

CALLER = "15400007777"


@pytest.fixture
def desk(
    switch: Switch, outside: Endpoint, carrier: Endpoint, tmp_path: Path, free_port: Callable[[], int]
) -> Iterator[Centre]:
    """A daemon at work, with a carrier."""
    desk = Centre(tmp_path, free_port, switch, outside)
    try:
        desk.start()
        desk.fact(f.WorldStated)
        yield desk
    finally:
        switch.end_calls()
        desk.end()


def refused(desk: Centre) -> f.CallRefused:
    """She calls and hears nothing of us but a refusal; which line it was."""
    before = len(desk.facts(f.CallRefused))
    party = desk.outside.dial("4001", caller=CALLER)
    until(lambda: party.state == "ended", "the caller to be refused")
    assert (party.status, party.ended_by) == (603, "switch"), party.log
    assert "recv 200 INVITE" not in party.log and "recv 183 INVITE" not in party.log, party.log
    told = desk.until(lambda: desk.facts(f.CallRefused)[before:])[0]
    ended = desk.fact(f.CallEnded, call_id=told.call_id)
    assert (ended.cause, ended.ended_by, ended.q850) == ("CALL_REJECTED", "system", "21")
    assert not desk.facts(f.CallAnswered, call_id=told.call_id)
    assert not desk.facts(f.QueueEntered, call_id=told.call_id)
    assert desk.facts(f.CallArrived, call_id=told.call_id)[0].stage == "refused"
    return told


def let_in(desk: Centre) -> None:
    party, call_id = desk.queued(caller=CALLER)
    assert not desk.facts(f.CallRefused, call_id=call_id)
    desk.outside.do(party.hang_up)
    desk.ended(call_id)


@pytest.mark.parametrize("entry", [
    Entry(1, "black", "in", "number", f"+86{CALLER}"),
    Entry(1, "black", "both", "prefix", "+86154000"),
    Entry(1, "black", "in", "range", "+8615400007000", "+8615400007999"),
], ids=["number", "beginning", "range"])  # fmt: skip
def test_a_black_caller_is_refused_before_the_answer(desk: Centre, entry: Entry) -> None:
    let_in(desk)
    desk.change_lists(entry)
    desk.lists_known()
    said = refused(desk)
    assert (said.list, said.entry, said.by) == ("black", 1, entry.kind)
    desk.change_lists(Entry(2, "white", "in", "number", f"+86{CALLER}"))
    desk.lists_known()
    let_in(desk)


def test_a_line_runs_out(desk: Centre) -> None:
    """Nothing is told when its time is over: the next call simply comes in."""
    until_when = desk.fact(f.WorldStated).at // 1_000_000 + 3600
    desk.change_lists(Entry(1, "black", "in", "number", f"+86{CALLER}", "", 0, until_when))
    desk.lists_known()
    assert refused(desk).entry == 1
    desk.change_lists(Entry(1, "black", "in", "number", f"+86{CALLER}", "", 0, until_when - 7200))
    desk.lists_known()
    let_in(desk)


def test_a_number_that_is_not_to_be_called_is_not_dialled(desk: Centre, carrier: Endpoint, console: Console) -> None:
    customers = [carrier.subscriber("+8613800001111"), carrier.subscriber("+8613900001111")]
    desk.change_lists(
        Entry(1, "no_call", "out", "number", "+8613800001111"), Entry(2, "black", "out", "prefix", "+86139")
    )
    desk.lists_known()
    (alice,) = desk.at_work("alice")
    for number, sentence in (
        ("138 0000 1111", refusals.ON_NO_CALL_LIST),
        ("+86 138 0000 1111", refusals.ON_NO_CALL_LIST),
        ("13900001111", refusals.ON_BLACK_LIST),
    ):
        order = desk.order(c.Dial, "alice", number=number)
        assert desk.until(lambda order=order: desk.refused(order)).reason == sentence
    assert not desk.facts(f.DialStarted)
    assert console.api("show channels count").strip().startswith("0 total")
    assert not alice.calls and not any(one.calls for one in customers), "an INVITE came to her phone or the carrier"
    assert 'kind="Dial"' not in desk.get("/metrics")[1], "an originate was written to the switch"
