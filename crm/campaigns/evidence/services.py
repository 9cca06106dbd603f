"""Adding to the evidence."""

from collections.abc import Sequence

from django.db import connection, transaction

from crm.campaigns.evidence.rows import BEGINNING, Row, digest, sealed
from crm.campaigns.models import Evidence

LOCK = 0x65766964


@transaction.atomic
def evidence_add(rows: Sequence[Row]) -> list[Evidence]:
    """Chains the rows, in the caller's transaction: with what they tell of, or not at all.

    Call it last in the transaction. One transaction at a time adds to the chain, from here to its commit; who took
    another lock afterwards could wait for somebody who waits here.
    """
    if not rows:
        return []
    before = _last()
    made = []
    for row in rows:
        facts, personal = sealed(row)
        before = digest(before, row.attempt, row.kind, row.at, facts)
        made.append(
            Evidence(attempt=row.attempt, kind=row.kind, at=row.at, facts=facts, personal=personal, digest=before)
        )
    return Evidence.objects.bulk_create(made)


def _last() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    row = Evidence.objects.order_by("-seq").values_list("digest", flat=True).first()
    return bytes(row) if row is not None else BEGINNING
