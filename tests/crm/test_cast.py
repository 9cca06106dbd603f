"""The cast that is written again is the one that was made: as many rows in every table, the same directory."""

from collections.abc import Callable

from django.db import connection, transaction

from crm.telephony.selectors import directory_snapshot
from switchctl.contract.directory import Directory
from tests.cast import Cast, cast_made, cast_of

STEPS = {"audit_entry", "telephony_directoryversion"}
"""These tell how many steps led to the rows."""


def tables() -> dict[str, int]:
    """Name → rows."""
    with connection.cursor() as cursor:
        names = sorted({*connection.introspection.table_names(cursor)} - STEPS)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names))
        return dict(cursor.fetchall())


def taken_back(make: Callable[[], Cast]) -> tuple[Cast, dict[str, int], Directory]:
    with transaction.atomic():
        made = make(), tables(), directory_snapshot(1)
        transaction.set_rollback(True)
    return made


def test_it_is_the_same_each_time(db):
    made, *as_made = taken_back(cast_made)
    first, *_ = taken_back(cast_of)
    again, *as_again = taken_back(cast_of)
    assert as_again == as_made
    assert first == again and first.alice is not again.alice
    assert made.alice.pk != again.alice.pk


def test_it_is_there(cast):
    for one in vars(cast).values():
        one.refresh_from_db()
    assert [role.code for role in cast.sofia.roles.all()] == ["supervisor"]
    assert cast.caller.numbers.get().number == "+8615401400001"
