"""The check: whatever is changed in the evidence, down to one byte, is found, and the first wrong row is named."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.alarms.models import Alarm
from crm.campaigns.evidence.anchors import cast
from crm.campaigns.evidence.check import TRIGGERS, check, check_part
from crm.campaigns.evidence.nightly import ALARM, check_and_alarm
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.models import Evidence

AT = datetime(2026, 11, 22, 9, 30, 1, 500, tzinfo=UTC)


@pytest.fixture
def three(db) -> list[Evidence]:
    """What the centre did once: three steps of an attempt."""
    return evidence_add(
        [
            Row("a-1", "allowed", AT, {"zones": {"Asia/Shanghai": "17:30"}}, {"number": "+8613800000000"}),
            Row("a-1", "dialled", AT, {"shows": "+861066668888"}),
            Row("a-1", "ended", AT, {"outcome": "busy", "cause": "USER_BUSY"}),
        ]
    )


def by_force(statement: str, *params) -> None:
    """As who owns the table can: the triggers are turned off meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE campaigns_evidence DISABLE TRIGGER USER")
        cursor.execute(statement, params)
        on = ", ".join(f"ENABLE ALWAYS TRIGGER {trigger}" for trigger in TRIGGERS)
        cursor.execute(f"ALTER TABLE campaigns_evidence {on}")


def first(verdict) -> int | None:
    return verdict.first[1]["row"] if verdict.first else None


def test_what_was_written_holds(three) -> None:
    verdict = check()
    assert (verdict.first, verdict.last, verdict.digest) == (None, three[-1].seq, bytes(three[-1].digest).hex())


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ("facts = jsonb_set(facts, '{shows}', '\"+861066668889\"')", 1),
        ("facts = facts || '{\"x\": 1}'", 0),
        ("facts = facts - 'cause'", 2),
        ("kind = 'returned'", 2),
        ("at = at + interval '1 microsecond'", 0),
        ("attempt = 'a-2'", 1),
        ("digest = set_byte(digest, 31, get_byte(digest, 31) # 1)", 1),
        ("personal = jsonb_set(personal, '{number}', '\"+8613800000001\"')", 0),
        ("personal = personal - 'key'", 0),
        ("personal = '{}'", 1),
    ],
)
def test_one_byte_is_found(three, change, row) -> None:
    by_force(f"UPDATE campaigns_evidence SET {change} WHERE seq = %s", three[row].seq)
    assert first(check()) == three[row].seq


def test_a_row_that_is_gone_is_missed_by_the_next(three) -> None:
    by_force("DELETE FROM campaigns_evidence WHERE seq = %s", three[1].seq)
    assert first(check()) == three[2].seq


def test_rows_that_changed_places_are_found(three) -> None:
    by_force("UPDATE campaigns_evidence SET seq = -1 WHERE seq = %s", three[0].seq)
    assert check().first is not None


def test_an_end_that_was_cut_off_is_missed_by_what_the_trail_noted(three) -> None:
    cast()
    by_force("DELETE FROM campaigns_evidence WHERE seq = %s", three[2].seq)
    assert first(check()) == three[2].seq


def test_a_chain_that_was_made_anew_differs_from_what_the_trail_noted(three) -> None:
    cast()
    by_force("DELETE FROM campaigns_evidence WHERE seq >= %s", three[0].seq)
    again = evidence_add([Row("a-1", "allowed", AT, {}), Row("a-1", "dialled", AT, {}), Row("a-1", "ended", AT, {})])
    by_force("UPDATE campaigns_evidence SET seq = seq - %s WHERE seq >= %s", again[0].seq - three[0].seq, again[0].seq)
    assert first(check()) == three[2].seq


def test_a_trigger_that_is_off_is_told(three) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE campaigns_evidence DISABLE TRIGGER evidence_blank")
    assert check().first[1] == {"trigger": "evidence_blank"}


def test_an_erased_person_leaves_the_chain_whole(three) -> None:
    before = check().blanked
    Evidence.objects.filter(pk=three[0].pk).update(personal=None)
    verdict = check()
    assert (verdict.first, verdict.blanked) == (None, before + 1)


def test_a_part_is_checked_by_itself(three) -> None:
    assert check_part(three[0].seq, three[2].seq).rows == 2
    by_force("UPDATE campaigns_evidence SET kind = 'returned' WHERE seq = %s", three[2].seq)
    assert check_part(three[0].seq, three[1].seq).first is None
    assert first(check_part(three[0].seq, three[2].seq)) == three[2].seq


def test_the_command_names_the_first_wrong_row_and_fails(three) -> None:
    said = StringIO()
    call_command("evidence_check", stdout=said)
    assert "All is as it was written." in said.getvalue()
    by_force("UPDATE campaigns_evidence SET kind = 'ended' WHERE seq IN (%s, %s)", three[0].seq, three[1].seq)
    with pytest.raises(SystemExit) as ended:
        call_command("evidence_check", stdout=said)
    assert ended.value.code == 1
    assert f"Row {three[0].seq} of the evidence" in said.getvalue()


def test_the_night_raises_an_alarm_and_takes_it_back(three) -> None:
    by_force("UPDATE campaigns_evidence SET kind = 'ended' WHERE seq = %s", three[0].seq)
    check_and_alarm()
    assert Alarm.objects.get(code=ALARM, cleared_at=None).params["row"] == three[0].seq
    by_force("UPDATE campaigns_evidence SET kind = 'allowed' WHERE seq = %s", three[0].seq)
    check_and_alarm()
    assert not Alarm.objects.filter(code=ALARM, cleared_at=None).exists()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(st.text(), JSON, max_size=4), personal=st.dictionaries(st.text(), JSON, max_size=3))
def test_whatever_is_said_is_checked_as_it_was_written(db, facts, personal) -> None:
    facts.pop("personal", None)
    personal.pop("key", None)
    evidence_add([Row("a-9", "allowed", AT, facts, personal)])
    assert check().first is None
