"""SQL that makes days from their half-hours, and months from their days."""

from crm.reports.kpi.sums import GREATEST
from crm.reports.rollup.kinds import Kind


def _sums(names: list[str]) -> str:
    return ", ".join(f"{'max' if name in GREATEST else 'sum'}(h.{name}) AS {name}" for name in names)


def _arrays(cte: str, key: str, what: str, count: str) -> str:
    """CTE: two arrays side by side, added up by the values of the first."""
    return f"""{cte} AS (
    SELECT {key}, day, by, array_agg(v ORDER BY v) AS {what}, array_agg(n ORDER BY v) AS {count} FROM (
        SELECT h.{key}, h.day, h.by, u.v, sum(u.n) AS n FROM half h, unnest(h.{what}, h.{count}) AS u(v, n)
        GROUP BY 1, 2, 3, 4
    ) s GROUP BY 1, 2, 3
)"""


def _ids(cte: str, what: str) -> str:
    return f"""{cte} AS (
    SELECT h.queue, h.day, h.by, array_agg(DISTINCT u.v ORDER BY u.v) AS {what}
    FROM half h, unnest(h.{what}) AS u(v) GROUP BY 1, 2, 3
)"""


def fresh(table: str, kind: Kind, *, ids: bool = True) -> str:
    """For days (or months) of a kind: ``keys``, ``starts`` and ``ends`` side by side, from the half-hours (or days) in
    ``table``. Without ``ids`` sets of ids are left out."""
    key, names = kind.key, kind.counts
    parts = [_arrays(f"pair{n}", key, *pair) for n, pair in enumerate(kind.pairs)]
    parts += [_ids(f"set{n}", name) for n, name in enumerate(kind.ids if ids else ())]
    columns = "".join(f", COALESCE({name}, '{{}}') AS {name}" for name in (*kind.arrays, *(kind.ids if ids else ())))
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
