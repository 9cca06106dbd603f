"""The SQL of a batch, made from the tables' groups. Pure text; all values come through temporary tables."""

from crm.calls.recording.tables import Group, Table


def stage(table: Table) -> str:
    return f"stage_{table.name}"


def create_stage(table: Table, extra: str = "") -> str:
    """A temporary table for proposals; empty again after each transaction. Times stay microseconds here."""
    ranks = {group.rank for group in table.groups}
    whole = table.times | table.numbers | {column for column, _ in table.defaults} | ranks
    columns = ", ".join(f"{column} {'bigint' if column in whole else 'text'}" for column in table.columns)
    return f"CREATE TEMP TABLE IF NOT EXISTS {stage(table)} ({columns}, first_told bigint{extra}) ON COMMIT DELETE ROWS"


def moment(column: str) -> str:
    """Microseconds to timestamptz. A double holds them exactly, and PostgreSQL rounds to the microsecond."""
    return f"to_timestamp({column}::float8 / 1e6)"


def select(table: Table, alias: str = "s") -> str:
    """The staged columns with their times as timestamps."""
    return ", ".join(
        moment(f"{alias}.{column}") if column in table.times else f"{alias}.{column}" for column in table.columns
    )


def wins(group: Group) -> str:
    """Whether the new proposal beats what the row has."""
    new = ", ".join(f"EXCLUDED.{column}" for column in group.key)
    old = ", ".join(f"t.{column}" for column in group.key)
    return f"EXCLUDED.{group.time} IS NOT NULL AND (t.{group.time} IS NULL OR ({new}) < ({old}))"


def assignments(table: Table) -> list[str]:
    """``column = the winner's value`` for each column but the key."""
    found = [f"{name} = CASE WHEN t.{name} = '' THEN EXCLUDED.{name} ELSE t.{name} END" for name in table.fixed]
    for group in table.groups:
        found += [
            f"{column} = CASE WHEN {wins(group)} THEN EXCLUDED.{column} ELSE t.{column} END" for column in group.key
        ]
    return found


def changes(table: Table) -> str:
    """Whether a proposal changes its row at all; a repeat then writes nothing."""
    conditions = [f"({wins(group)})" for group in table.groups]
    conditions += [f"(t.{column} = '' AND EXCLUDED.{column} <> '')" for column in table.fixed]
    return " OR ".join(conditions)


MONTHS = "month = ANY(%(months)s::date[])"
"""In which months the rows of a batch can lie; PostgreSQL then looks into no others."""
MONTH = "COALESCE(k.month, date_trunc('month', to_timestamp(s.first_told::float8 / 1e6) AT TIME ZONE 'UTC')::date)"
"""Where a row is, or is to be: once made it stays, whatever earlier time is told of it later."""


def known(table: Table) -> str:
    """``k.month``: where the row lies already."""
    return (
        f"LEFT JOIN LATERAL (SELECT month FROM {table.name} o WHERE o.{table.key} = s.{table.key} AND o.{MONTHS} "
        "LIMIT 1) k ON true"
    )


def merge(table: Table) -> str:
    """The upsert of a part. Keys are taken in order, so that two recorders never wait for each other in a ring."""
    return (
        f"INSERT INTO {table.name} AS t (month, {', '.join(table.columns)}) SELECT {MONTH}, {select(table)} "
        f"FROM {stage(table)} s {known(table)} ORDER BY s.{table.key} "
        f"ON CONFLICT ({table.key}, month) DO UPDATE SET {', '.join(assignments(table))} WHERE {changes(table)}"
    )
