"""What was counted anew, put in the place of what was there."""

from collections.abc import Mapping, Sequence
from typing import Any


def instead(
    cursor: Any, table: str, key: Sequence[str], counts: Sequence[str], fresh: str, given: Mapping[str, Any],
    *, of_agents: bool = True,
) -> None:  # fmt: skip
    """One statement for the days at ``starts`` (of the agents at ``keys``, side by side): rows that ``fresh`` does not
    find any more are removed, and such as say the same stay untouched. Columns: ``key`` and ``counts``, beside
    ``version``."""
    columns, same = ", ".join((*key, *counts)), " AND ".join(f"f.{name} = t.{name}" for name in key)
    days = "unnest(%(keys)s::text[], %(starts)s::timestamptz[]) AS d(agent, start)"
    if not of_agents:
        days = "unnest(%(starts)s::timestamptz[]) AS d(start)"
    cursor.execute(
        f"""
WITH fresh AS MATERIALIZED ({fresh}), gone AS (
    DELETE FROM {table} t USING {days}
    WHERE t.start = d.start {"AND t.agent = d.agent" if of_agents else ""} AND t.version = %(version)s
        AND NOT EXISTS (SELECT FROM fresh f WHERE {same})
)
INSERT INTO {table} AS t ({columns}, version) SELECT {columns}, %(version)s FROM fresh
ON CONFLICT ({", ".join(key)}, version) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in counts)}
WHERE ({", ".join(f"t.{name}" for name in counts)})
    IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in counts)})
""",
        given,
    )
