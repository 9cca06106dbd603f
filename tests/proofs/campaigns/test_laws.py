"""The control of the rounds: books in which all is well are passed, and each law sees its breach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.proofs.campaigns.books import Books, Leg, Proof, Try
from tests.proofs.campaigns.laws import CLOCKS, LAWS, LIFE, broken

AT = datetime(2026, 11, 22, 10, 0, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def books() -> Books:
    """One lead who was busy, then reached; one whose number was put on the list; one that is being called."""
    legs = [
        Leg(AT, "a1", "+8613400000001", "h1"),
        Leg(AT + 70 * SECOND, "a2", "+8613400000001", "h2"),
        Leg(AT + 2 * SECOND, "b1", "+8613800000002", "h3"),
    ]
    rows = [
        Try("a1", 1, 1, 1, "+8613400000001", "ended", "busy", "", AT + LIFE),
        Try("a2", 1, 1, 1, "+8613400000001", "ended", "answered", "success", AT + 2 * LIFE),
        Try("b1", 2, 2, 2, "+8613800000002", "ended", "answered", "again", AT + LIFE),
        Try("c1", 1, 3, 3, "+8613800000003", "handed", "", "", AT + 5 * LIFE),
    ]
    return Books(
        legs=legs,
        ends={"a1": AT + 5 * SECOND, "a2": AT + 80 * SECOND, "b1": AT + 9 * SECOND},
        tries={row.id: row for row in rows},
        leads={1: "closed", 2: "open", 3: "claimed", 4: "callback"},
        proofs=[Proof(row.id, "allowed", leg.at - SECOND, "handed") for row, leg in zip(rows, legs, strict=False)],
        chain=[],
        hours={1: False, 2: True},
        listed={"+8613800000002": AT + 60 * SECOND},
        pauses=[(1, AT + 20 * SECOND, AT + 25 * SECOND)],
        leads_made=4,
        callbacks={4},
        at=AT + 3 * LIFE,
    )


def test_what_is_well_is_passed():
    assert broken(books(), settled=True) == []


def row(found: Books, of: str, **changed: object) -> None:
    found.tries[of] = replace(found.tries[of], **changed)


def leg(found: Books, which: int, **changed: object) -> None:
    found.legs[which] = replace(found.legs[which], **changed)


BREACHES: list[tuple[str, Callable[[Books], object]]] = [
    ("no_attempt_twice", lambda found: found.legs.append(replace(found.legs[0], at=AT + 20 * SECOND, beside="h9"))),
    ("a_row_before_each_leg", lambda found: found.legs.append(Leg(AT, "x", "+8613400000009", "h9"))),
    ("a_row_before_each_leg", lambda found: leg(found, 0, number="+8613400000009")),
    ("a_row_before_each_leg", lambda found: found.proofs.pop(0)),
    ("a_row_before_each_leg", lambda found: found.proofs.append(found.proofs[0])),
    ("a_row_before_each_leg", lambda found: leg(found, 0, at=AT - SECOND - 2 * CLOCKS)),
    ("one_at_a_time", lambda found: found.ends.update(a1=AT + 75 * SECOND)),
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
    ("not_while_paused", lambda found: found.pauses.append((1, AT - 2 * SECOND, AT))),
    ("the_chain_is_whole", lambda found: found.chain.append("Row 7 does not follow.")),
    ("what_was_dialled_was_not_given_back", lambda found: row(found, "a1", state="returned", outcome="expired")),
    ("every_end", lambda found: row(found, "a1", state="dialled", outcome="")),
    ("every_end", lambda found: setattr(found, "at", AT + timedelta(hours=1))),
    ("every_end", lambda found: row(found, "b1", verdict="")),
    ("every_end", lambda found: found.callbacks.clear()),
]


@pytest.mark.parametrize(("law", "breach"), BREACHES)
def test_each_law_sees_its_breach(law, breach):
    found = books()
    breach(found)
    assert any(said.startswith(f"{law}: ") for said in broken(found, settled=True))


def test_every_law_has_one():
    assert {law.__name__ for law in LAWS} - {law for law, _breach in BREACHES} == set()


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
