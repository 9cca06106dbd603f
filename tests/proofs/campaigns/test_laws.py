"""The control of the rounds: books in which all is well are passed, and each law sees its breach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchctl.bus.journal import Journal
from switchctl.contract import facts as f
from tests.proofs.campaigns.books import Books, Ended, Leg, List, Promise, Proof, Told, Try
from tests.proofs.campaigns.floor import Floor, Taking
from tests.proofs.campaigns.laws import CLOCKS, LAWS, LIFE, SETTLED, broken
from tests.proofs.campaigns.real import beside_each

AT = datetime(2026, 11, 22, 10, 0, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def books() -> Books:
    """One lead who was busy, then reached; one whose number was put on the list; one that is being called. One promised
    call, and one customer of a campaign that takes agents of a queue, in which somebody called in before."""
    legs = [
        Leg(AT, "a1", "+8613400000001", "h1"),
        Leg(AT + 70 * SECOND, "a2", "+8613400000001", "h2"),
        Leg(AT + 2 * SECOND, "b1", "+8613800000002", "h3"),
        Leg(AT + 10 * SECOND, "p1", "+8613800000005", "h4"),
        Leg(AT + 20 * SECOND, "q1", "+8613800000006", "h5"),
    ]
    rows = [
        Try("a1", 1, 1, 1, "+8613400000001", "ended", "busy", "", AT + LIFE),
        Try("a2", 1, 1, 1, "+8613400000001", "ended", "answered", "success", AT + 2 * LIFE),
        Try("b1", 2, 2, 2, "+8613800000002", "ended", "answered", "again", AT + LIFE),
        Try("p1", 4, None, 5, "+8613800000005", "ended", "answered", "success", AT + LIFE, 7, 1),
        Try("q1", 3, 6, 6, "+8613800000006", "ended", "no_answer", "", AT + LIFE),
        Try("c1", 1, 3, 3, "+8613800000003", "handed", "", "", AT + 5 * LIFE),
    ]
    return Books(
        legs=legs,
        ends={
            "a1": Ended(AT, AT + 5 * SECOND),
            "a2": Ended(AT + 70 * SECOND, AT + 80 * SECOND),
            "b1": Ended(AT + 2 * SECOND, AT + 9 * SECOND),
            "p1": Ended(AT + 10 * SECOND, AT + 15 * SECOND),
            "q1": Ended(AT + 20 * SECOND, AT + 25 * SECOND),
            "i1": Ended(AT + 12 * SECOND, AT + 19 * SECOND, AT + 13 * SECOND),
        },
        tries={row.id: row for row in rows},
        leads={1: "closed", 2: "open", 3: "claimed", 4: "callback", 6: "open"},
        proofs=[Proof(row.id, "allowed", leg.at - SECOND, "handed") for row, leg in zip(rows, legs, strict=False)],
        chain=[],
        hours={1: False, 2: True},
        listed={"+8613800000002": AT + 60 * SECOND},
        pauses=[(1, AT + 20 * SECOND, AT + 25 * SECOND)],
        closings=[(1, AT + 30 * SECOND, AT + 35 * SECOND)],
        leads_made=5,
        callbacks={4},
        promises={1: Promise(1, AT + 9 * SECOND, 7, "done")},
        lists=[List(1, "done", "", 9, 9, 9, 9, 9)],
        fills=["done"],
        callers={"i1": 6.0},
        takings=[Taking("q1", "3", "agent9", waiting=(), ready=1)],
        spares={3: 1},
        at=AT + 3 * LIFE,
        records={
            "a1": Told(False, AT + 5 * SECOND, ("esl",)),
            "a2": Told(True, AT + 80 * SECOND, ("cdr", "esl")),
            "b1": Told(True, AT + 30 * SECOND, ("esl", "inferred")),
            "p1": Told(True, AT + 15 * SECOND, ("esl",)),
            "q1": Told(False, AT + 25 * SECOND, ("esl",)),
        },
        fallen={"b1"},
    )


def test_what_is_well_is_passed():
    assert broken(books(), settled=True) == []


def row(found: Books, of: str, **changed: object) -> None:
    found.tries[of] = replace(found.tries[of], **changed)


def leg(found: Books, which: int, **changed: object) -> None:
    found.legs[which] = replace(found.legs[which], **changed)


def allowed_before(found: Books, times: list[tuple[int, datetime, datetime]]) -> None:
    """What was allowed before such a time is dialled within it."""
    times.append((1, AT + 69.5 * SECOND, AT + 77 * SECOND))
    leg(found, 1, at=AT + 75 * SECOND)


def end(found: Books, of: str, **changed: object) -> None:
    found.ends[of] = replace(found.ends[of], **changed)


def taken(found: Books, **changed: object) -> None:
    found.takings[0] = replace(found.takings[0], **changed)


def promise(found: Books, **changed: object) -> None:
    found.promises[1] = replace(found.promises[1], **changed)


def imported(found: Books, **changed: object) -> None:
    found.lists[0] = replace(found.lists[0], **changed)


BREACHES: list[tuple[str, Callable[[Books], object]]] = [
    ("no_attempt_twice", lambda found: found.legs.append(replace(found.legs[0], at=AT + 20 * SECOND, beside="h9"))),
    ("a_row_before_each_leg", lambda found: found.legs.append(Leg(AT, "x", "+8613400000009", "h9"))),
    ("a_row_before_each_leg", lambda found: leg(found, 0, number="+8613400000009")),
    ("a_row_before_each_leg", lambda found: found.proofs.pop(0)),
    ("a_row_before_each_leg", lambda found: found.proofs.append(found.proofs[0])),
    ("a_row_before_each_leg", lambda found: leg(found, 0, at=AT - SECOND - 2 * CLOCKS)),
    ("one_at_a_time", lambda found: end(found, "a1", at=AT + 75 * SECOND)),
    ("one_at_a_time", lambda found: found.ends.pop("a1")),
    ("no_lead_is_lost", lambda found: found.leads.pop(4)),
    ("no_lead_is_lost", lambda found: found.tries.pop("c1")),
    ("no_lead_is_lost", lambda found: row(found, "a1", lead=3, state="shown")),
    ("no_lead_is_lost", lambda found: found.leads.update({3: "open"})),
    ("in_hours", lambda found: leg(found, 2, at=AT + 31 * SECOND)),
    ("not_on_the_list", lambda found: found.listed.update({"+8613800000002": AT})),
    ("an_agent_was_there", lambda found: leg(found, 0, beside="-")),
    ("an_agent_was_there", lambda found: leg(found, 0, beside="h2")),
    ("caps_hold", lambda found: row(found, "b1", number="+8613400000001")),
    ("not_while_closed", lambda found: found.closings.append((1, AT - 2 * SECOND, AT + SECOND))),
    ("not_while_closed", lambda found: allowed_before(found, found.closings)),
    ("not_while_paused", lambda found: allowed_before(found, found.pauses)),
    ("callers_come_first", lambda found: taken(found, waiting=("i1",))),
    ("callers_come_first", lambda found: end(found, "i1", joined=AT + 21 * SECOND)),
    ("callers_come_first", lambda found: end(found, "i1", joined=None, at=AT + 21 * SECOND)),
    ("enough_stay_ready", lambda found: taken(found, ready=0)),
    ("enough_stay_ready", lambda found: taken(found, campaign="1")),
    ("no_caller_is_dropped", lambda found: end(found, "i1", joined=None)),
    ("no_caller_is_dropped", lambda found: end(found, "i1", by_herself=False)),
    ("promises_are_kept_once", lambda found: promise(found, due_at=AT + 11 * SECOND)),
    ("promises_are_kept_once", lambda found: promise(found, agent=8)),
    ("promises_are_kept_once", lambda found: row(found, "q1", callback=1, agent=7)),
    ("lists_are_whole", lambda found: imported(found, customers=8)),
    ("lists_are_whole", lambda found: imported(found, numbers=10)),
    ("lists_are_whole", lambda found: imported(found, taken=8, done=8, customers=8, numbers=8)),
    ("lists_are_whole", lambda found: imported(found, state="failed", customers=8)),
    ("not_while_paused", lambda found: found.pauses.append((1, AT - 2 * SECOND, AT + SECOND))),
    ("the_chain_is_whole", lambda found: found.chain.append("Row 7 does not follow.")),
    ("what_was_dialled_was_not_given_back", lambda found: row(found, "a1", state="returned", outcome="expired")),
    ("every_end", lambda found: row(found, "a1", state="dialled", outcome="")),
    ("every_end", lambda found: setattr(found, "at", AT + timedelta(hours=1))),
    ("every_end", lambda found: row(found, "b1", verdict="")),
    ("every_end", lambda found: found.callbacks.clear()),
    ("every_end", lambda found: promise(found, state="called")),
    ("every_end", lambda found: found.ends.pop("i1")),
    ("every_end", lambda found: imported(found, state="working")),
    ("every_end", lambda found: imported(found, state="failed", reason="disk")),
    ("every_end", lambda found: found.fills.append("failed")),
    ("talks_go_on", lambda found: found.cut.append("a2")),
    ("every_record", lambda found: found.records.pop("a1")),
    ("every_record", lambda found: found.records.update(a1=Told(False, None, ("esl",)))),
    ("every_record", lambda found: found.records.update(a2=Told(True, AT + 70 * SECOND, ("esl",)))),
    ("every_record", lambda found: found.records.update(b1=Told(True, AT + 9 * SECOND, ("esl",)))),
]


@pytest.mark.parametrize(("law", "breach"), BREACHES)
def test_each_law_sees_its_breach(law, breach):
    found = books()
    breach(found)
    assert any(said.startswith(f"{law}: ") for said in broken(found, settled=True))


def test_every_law_has_one():
    assert {law.__name__ for law in (*LAWS, *SETTLED)} - {law for law, _breach in BREACHES} == set()


def test_an_old_permission_is_good_for_a_second_or_while_somebody_was_dead_but_not_for_ever():
    """What was handed over before its number was put on the list."""
    at = "+8613800000002"
    for later, unwell, wrong in (
        (0.5 * SECOND, [], 0),
        (5 * SECOND, [], 1),
        (5 * SECOND, [(AT, AT + LIFE)], 0),
        (LIFE + SECOND, [(AT, AT + 2 * LIFE)], 1),
    ):
        found = books()
        found.listed[at], found.unwell = AT + 1.5 * SECOND, unwell
        leg(found, 2, at=found.listed[at] + later)
        found.hours = {}
        said = [one for one in broken(found, settled=True) if one.startswith("not_on_the_list: ")]
        assert len(said) == wrong, (later, said)


def test_the_floor_is_told_as_the_daemon_tells_it():
    """Three serve the queue. A caller waits until a phone rings for her, and again when nobody picks up; a daemon that
    comes back states who is there."""
    floor = Floor({"support": frozenset({"ann", "bea", "cleo"})})
    ready = [f.AgentStateChanged(agent=name, state="ready", previous="offline") for name in ("ann", "bea", "cleo")]

    def asked(*facts: f.AnyFact) -> tuple[int, int]:
        floor.told(facts)
        floor.told([f.DialStarted(call_id="d", offer="o", agent="ann", dials="outside", campaign="3")])
        return len(floor.takings[-1].waiting), floor.takings[-1].ready

    offer = {"call_id": "i", "offer": "o1", "agent": "bea", "visit": "v"}
    there = {
        "number": "", "name": "", "dialled": "", "stage": "", "since": 0, "arrived": 0, "answered": True, "flow": "",
        "flow_visit": "", "entered": 0, "hold_since": 0, "hold_ms": 0, "via": "", "via_leg": "", "why": "",
        "queue": "support", "visit": "v",
    }  # fmt: skip
    assert asked(*ready) == (0, 2)
    assert asked(f.QueueEntered(call_id="i", queue="support", visit="v", entered=0)) == (1, 2)
    rings = f.OfferMade(**offer, queue="support", ring_s=9, waited_ms=0, reason="")
    assert asked(rings, f.AgentStateChanged(agent="bea", state="offered", previous="ready")) == (0, 1)
    assert asked(f.OfferEnded(**offer, result="rna")) == (1, 1)
    assert asked(f.CallStated(call_id="i", offer="", agent="", talk_since=0, **there)) == (1, 1)
    assert asked(f.CallStated(call_id="i", offer="o2", agent="bea", talk_since=5, **there)) == (0, 1)
    assert asked(f.CallStated(call_id="i", offer="", agent="", talk_since=0, **there)) == (1, 1)
    assert asked(f.WorldStated(calls=["j"], reason="")) == (0, 1)
    assert asked(f.QueueEntered(call_id="j", queue="another", visit="w", entered=0)) == (0, 1)
    before = len(floor.takings)
    floor.told([f.DialStarted(call_id="d", offer="o", agent="dora", dials="outside", campaign="3")])
    floor.told([f.DialStarted(call_id="d", offer="o", agent="ann", dials="outside")])
    assert len(floor.takings) == before


def test_the_floor_misses_nothing_that_the_daemon_has_deleted_since(tmp_path: Path):
    """A long look at the books: meanwhile the caller is served, and the file that says so is rows and gone."""
    journal = Journal(tmp_path / "journal", 1, lambda fact: None, segment=500)
    floor = Floor({"support": frozenset({"ann"})}, tmp_path / "told")
    journal.append([f.QueueEntered(call_id="i", queue="support", visit="v", entered=0)])
    floor.read(tmp_path / "journal")
    journal.append([f.QueueLeft(call_id="i", queue="support", visit="v", exit="answered", wait_ms=9)] * 3)
    journal.append([f.DialStarted(call_id="d", offer="o", agent="ann", dials="outside", campaign="3")])
    journal.trim(4)
    assert len(list((tmp_path / "journal").iterdir())) == 2  # one file of facts, and whose they are
    floor.read(tmp_path / "journal")
    assert [taking.waiting for taking in floor.takings] == [()]
    journal.seq += 1
    journal.append([f.CallEnded(call_id="i", cause="", ended_by="")])
    with pytest.raises(AssertionError, match="after fact 5"):
        floor.read(tmp_path / "journal")
    journal.close()


def test_each_customer_has_an_agent_of_her_own_if_they_can_be_shared_out_so():
    def shared(*up: str) -> list[str]:
        return [leg.beside for leg in beside_each([Leg(AT, str(n), "1", beside) for n, beside in enumerate(up)])]

    assert shared("a,b", "a", "c,b") == ["b", "a", "c"]
    assert shared("-", "a", "a").count("-") == 2
    assert sorted(shared("a,b", "a,b", "a,b")) == ["-", "a", "b"]
