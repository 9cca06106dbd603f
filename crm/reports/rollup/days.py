"""SQL that makes days from their half-hours."""

from crm.reports.kpi.sums import GREATEST


def _sums(names: list[str]) -> str:
    return ", ".join(f"{'max' if name in GREATEST else 'sum'}(h.{name}) AS {name}" for name in names)


def _arrays(cte: str, key: str, pairs: str, what: str, count: str) -> str:
    """CTE: two arrays side by side, added up by the values of the first."""
    return f"""{cte} AS (
    SELECT {key}, day, by, array_agg(v ORDER BY v) AS {what}, array_agg(n ORDER BY v) AS {count} FROM (
        SELECT h.{key}, h.day, h.by, u.v, sum(u.n) AS n FROM half h, unnest({pairs}) AS u(v, n) GROUP BY 1, 2, 3, 4
    ) s GROUP BY 1, 2, 3
)"""


def _ids(cte: str, what: str) -> str:
    return f"""{cte} AS (
    SELECT h.queue, h.day, h.by, array_agg(DISTINCT u.v ORDER BY u.v) AS {what}
    FROM half h, unnest(h.{what}) AS u(v) GROUP BY 1, 2, 3
)"""


def fresh(table: str, key: str, names: list[str]) -> str:
    """For days of ``key``: ``keys``, ``starts`` and ``ends`` side by side, from the half-hours in ``table``."""
    parts, joins, columns = [], "", ""
    if key == "queue":
        parts = [
            _arrays("waits", key, "h.wait_s, h.wait_n", "wait_s", "wait_n"),
            _arrays("online", key, "h.online_s, h.online_n", "online_s", "online_n"),
            _ids("who", "callers"),
            _ids("twice", "repeaters"),
        ]
        columns = "".join(
            f", COALESCE({name}, '{{}}') AS {name}"
            for name in ("wait_s", "wait_n", "online_s", "online_n", "callers", "repeaters")
        )
    if key == "agent":
        parts = [_arrays("breaks", key, "h.break_codes, h.break_ms", "break_codes", "break_ms")]
        columns = "".join(f", COALESCE({name}, '{{}}') AS {name}" for name in ("break_codes", "break_ms"))
    joins = " ".join(f"LEFT JOIN {part.split(' ')[0]} USING ({key}, day, by)" for part in parts)
    return f"""
WITH half AS MATERIALIZED (
    SELECT d.start AS day, h.* FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS d(key, start, "end")
    JOIN {table} h ON h.{key} = d.key AND h.start >= d.start AND h.start < d."end" AND h.version = %(version)s
), counted AS (
    SELECT h.{key}, h.day, h.by, bool_and(h.final) AS final, {_sums(names)} FROM half h GROUP BY 1, 2, 3
){"".join(f", {part}" for part in parts)}
SELECT {key}, day AS start, by, c.final, {", ".join(f"c.{name}" for name in names)}{columns}
FROM counted c {joins}
"""
