"""Adding to the evidence: one chain, whoever writes."""

import threading
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from crm.campaigns.evidence.rows import Row, digest
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.models import Evidence

AT = datetime(2026, 11, 22, 9, 30, 1, 500, tzinfo=UTC)


def test_each_row_continues_the_one_before(db) -> None:
    evidence_add([Row("a-1", "allowed", AT, {"zone": "Asia/Shanghai"}, {"number": "+8613800000000"})])
    evidence_add([Row("a-1", "dialled", AT, {"ring_s": 12.5, "big": 1e20}), Row("a-1", "ended", AT, {"cause": "名\0"})])
    rows = list(Evidence.objects.order_by("-seq")[:3])[::-1]
    assert [row.kind for row in rows] == ["allowed", "dialled", "ended"]
    for before, row in pairwise(rows):
        assert bytes(row.digest) == digest(bytes(before.digest), row.attempt, row.kind, row.at, row.facts)
    assert "+8613800000000" not in str(rows[0].facts)


def test_with_the_transaction_it_comes_and_goes(db) -> None:
    before = Evidence.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        evidence_add([Row("a-2", "allowed", AT, {})])
        raise RuntimeError("the attempt was not made")
    assert Evidence.objects.count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_evidence SET kind = 'ended'",
        "UPDATE campaigns_evidence SET personal = '{}'",
        "UPDATE campaigns_evidence SET personal = NULL, at = now()",
        "DELETE FROM campaigns_evidence",
        "TRUNCATE campaigns_evidence",
    ],
)
def test_the_database_refuses_to_change_it(db, statement) -> None:
    evidence_add([Row("a-3", "allowed", AT, {}, {"number": "+8613800000000"})])
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_is_personal_can_be_taken_away(db) -> None:
    (row,) = evidence_add([Row("a-4", "allowed", AT, {}, {"number": "+8613800000000"})])
    Evidence.objects.filter(pk=row.pk).update(personal=None)
    row.refresh_from_db()
    assert row.personal is None


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_make_one_chain() -> None:
    first = Evidence.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    together = threading.Barrier(4)

    def write(name: str) -> None:
        try:
            together.wait()
            for count in range(10):
                with transaction.atomic():
                    evidence_add([Row(f"{name}-{count}", "allowed", AT, {}), Row(f"{name}-{count}", "ended", AT, {})])
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    rows = list(Evidence.objects.filter(seq__gte=first).order_by("seq"))
    assert len([row for row in rows if row.seq > first]) == 80
    for before, row in pairwise(rows):
        assert bytes(row.digest) == digest(bytes(before.digest), row.attempt, row.kind, row.at, row.facts)
