"""One batch of facts as one transaction."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from crm.calls.recording import derive, statements
from crm.calls.recording.fold import MISSING, STATE_COLUMNS, Fold
from crm.calls.recording.marks import raise_marks
from crm.calls.recording.prepare import Prepared, Proposed, proposed
from crm.calls.recording.tables import FLOW, OFFER, RECORD, VISIT

FACT_COLUMNS = (
    "id", "seq", "journal", "at", "kind", "call_id", "agent", "node",
    "tenant", "site", "application", "contact_kind", "payload",
)  # fmt: skip

STAGES = (
    "CREATE TEMP TABLE IF NOT EXISTS stage_facts (id text, seq bigint, journal text, at timestamptz, kind text, "
    "call_id text, agent text, node text, tenant text, site text, application text, contact_kind text, "
    "payload jsonb) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS stage_states (id text, agent text, state text, reason text, source text, "
    "call_id text, offer text, started_at bigint, seq bigint, tenant text, site text, application text, "
    "contact_kind text) ON COMMIT DELETE ROWS",
    statements.create_stage(RECORD, ", told_by text[]"),
    statements.create_stage(FLOW),
    statements.create_stage(VISIT),
    statements.create_stage(OFFER),
)
_EMPTY = tuple(f"DELETE FROM {statement.split()[6]}" for statement in STAGES)
_PLANS = tuple(f"SET LOCAL {name} = off" for name in ("enable_hashjoin", "enable_mergejoin", "jit"))
"""A batch is small and the tables are not: their rows are looked up by key, whatever their statistics say."""
OPEN_STAGES = "; ".join([*STAGES, *_EMPTY, *_PLANS])
"""Stages empty themselves at each commit; the DELETE is for several batches in one transaction."""
INSERT_FACTS = (
    f"INSERT INTO calls_fact ({', '.join(FACT_COLUMNS)}) "
    f"SELECT {', '.join(FACT_COLUMNS)} FROM stage_facts ON CONFLICT (id, at) DO NOTHING"
)
ALONE = "SELECT pg_advisory_xact_lock(hashtext('calls_callrecord'))"
"""The database keeps an id single within a month only. Two recorders that hear of a call on either side of a month's
end would make two rows of it: so one merges after the other. Facts are copied side by side."""
MERGE_RECORDS = derive.merge_records()
RECOMPUTE_RECORDS = derive.recompute_records()


def record_facts(batch: Prepared) -> dict[str, int]:
    """All rows of the batch, or none. Returns journal → highest contiguous sequence that is committed.

    Raises django.db.Error: OperationalError and InterfaceError when the database is away, DataError and
    IntegrityError when it refuses a value.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OPEN_STAGES)
        _write_facts(cursor, batch.facts)
        _write(cursor, batch.proposed)
        return raise_marks(cursor, batch.numbers)


def record_proposals(fold: Fold) -> None:
    """Merges proposals that come from elsewhere than facts (the CDR). Call it in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_STAGES)
        _write(cursor, proposed(fold))


def _write_facts(cursor: Any, lines: str) -> None:
    """Straight into the table, which is nearly twice as quick; by way of a stage when one of them is a row already."""
    try:
        with transaction.atomic():
            _copy(cursor, "calls_fact", FACT_COLUMNS, lines)
    except IntegrityError:
        _copy(cursor, "stage_facts", FACT_COLUMNS, lines)
        cursor.execute(INSERT_FACTS)


def _write(cursor: Any, new: Proposed) -> None:
    _merge_calls(cursor, new)
    missing = _missing(cursor, new)
    if missing.records.rows:
        cursor.execute("; ".join(_EMPTY[2:]))
        _merge_calls(cursor, proposed(missing))
    if new.states:
        _copy(cursor, "stage_states", STATE_COLUMNS, new.states)
        cursor.execute(derive.LATE_STATES)
        late = [row[0] for row in cursor.fetchall()]
        cursor.execute(derive.INSERT_STATES)
        cursor.execute(derive.END_STATES, [late])
        if late:
            cursor.execute(derive.MEND_STATES, [late])


def _merge_calls(cursor: Any, new: Proposed) -> None:
    """Parts first: what records compute from them is then there."""
    if not new.records:
        return
    months = {"months": new.months}
    cursor.execute(ALONE)
    for table, lines in ((FLOW, new.flows), (VISIT, new.visits), (OFFER, new.offers)):
        if lines:
            _copy(cursor, statements.stage(table), (*table.columns, "first_told"), lines)
            cursor.execute(statements.merge(table), months)
    _copy(cursor, statements.stage(RECORD), (*RECORD.columns, "first_told", "told_by"), new.records)
    cursor.execute(MERGE_RECORDS, months)
    ended = {"ended": _found(cursor, derive.ENDED, months), **months}
    flows = _found(cursor, derive.CLOSE_FLOWS, ended)
    if flows or new.flows or new.visits:
        cursor.execute(derive.EXITS, {"flows": flows, **months})
    closed = set(_found(cursor, derive.CLOSE_VISITS, ended))
    loose = {"ended": _found(cursor, derive.LOOSE, ended), **months}
    if loose["ended"]:
        for statement in (derive.CLOSE_OFFERS, derive.CLOSE_DIALS, derive.CLOSE_TALKS):
            closed.update(_found(cursor, statement, loose))
    if closed:
        cursor.execute(RECOMPUTE_RECORDS, {"calls": sorted(closed), **months})


def _found(cursor: Any, statement: str, given: dict[str, Any]) -> list[str]:
    """The calls that the statement names."""
    cursor.execute(statement, given)
    return [row[0] for row in cursor.fetchall()]


def _missing(cursor: Any, new: Proposed) -> Fold:
    """Proposals that end calls which a stated world does not name."""
    found: dict[str, Any] = {}
    for names, statement in ((new.worlds, derive.WORLDS_OF_NODES), (new.arrived, derive.WORLDS_OF_CALLS)):
        if names:
            cursor.execute(statement, {"names": names, "months": new.months})
            found |= {call_id: (at, arrived) for call_id, at, arrived in cursor.fetchall()}
    missing = Fold()
    for call_id, (at, arrived) in found.items():
        row = missing.records.row(call_id, _micros(arrived))  # by its arrival: it may be missed months later
        missing.records.propose(
            row, "ended_at", MISSING, _micros(at), "lost", "system", "", "", "missing from the world"
        )
    return missing


def _micros(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)


def _copy(cursor: Any, table: str, columns: Iterable[str], text: str) -> None:
    """In one piece: for each of many this thread would wait until the one that reads ahead lets it go on."""
    with connection.wrap_database_errors:  # COPY is psycopg's own and would raise its errors
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        cursor.copy_expert(statement, io.StringIO(text), max(1, len(text)))
