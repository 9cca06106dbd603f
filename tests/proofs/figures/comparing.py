"""What the rollups say of each figure beside what the raw rows say."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from crm.reports.kpi.figures import FIGURES
from crm.reports.periods import Span, Step
from crm.reports.rollup import crowds, reading
from tests.proofs.figures import statements as sql

LOCAL = {
    Step.HALF_HOUR: "date_bin('30 minutes', {at} AT TIME ZONE '{zone}', '2000-01-01')",
    Step.DAY: "date_trunc('day', {at} AT TIME ZONE '{zone}')",
}
"""The local time that stands over a row of a report."""

Values = dict[tuple[str, datetime], float]


class Compared(NamedTuple):
    """``values`` of ``figures`` figures were compared; ``differences``: a line for each that differs."""

    what: str
    figures: int
    values: int
    differences: list[str]


def compared(span: Span) -> Iterator[Compared]:
    """One table of figures after the other."""
    for step in LOCAL:
        for by in ("offered", "event"):
            yield _table(span, step, by, reading.queue_buckets, sql.VISITS, sql.OF_VISITS, sql.VISIT_AT[by])
            yield _table(span, step, by, reading.queue_buckets, sql.TALKS, sql.OF_QUEUES_TALKS, sql.VISIT_AT[by])
            legs = sql.TALKS | sql.DIALS
            yield _table(span, step, by, reading.agent_buckets, legs, sql.OF_AGENTS_LEGS, sql.LEG_AT[by])
            yield _table(span, step, by, reading.agent_buckets, sql.TIMES, sql.OF_STATES, "half")
        yield _table(span, step, "", reading.trunk_buckets, sql.CALLS, sql.OF_CALLS, "r.arrived_at")
        yield _table(span, step, "", reading.trunk_buckets, sql.LINES, sql.OF_LINES, "half")
        yield _table(span, step, "", reading.trunk_buckets, sql.PEAKS, sql.OF_PEAKS, "moment")
    queues = reading.keys_seen("queue", span)
    for chosen in (queues, queues[:1], queues[1:3]):
        for by in ("offered", "event"):
            yield _spreads(span, chosen, by)


def _table(span: Span, step: Step, by: str, read: Any, figures: Mapping[str, str], statement: str, at: str) -> Compared:
    zone = timezone.get_default_timezone()
    kind = read.__name__.partition("_")[0]
    found = read(span, step, reading.keys_seen(kind, span), zone, *([by] if by else []))
    starts = {bucket.start: bucket.start.astimezone(zone).replace(tzinfo=None) for bucket in found}
    query = statement.format(label=LOCAL[step].format(at=at, zone=zone), value=", ".join(figures.values()), at=at)
    rows = _rows(query, {"since": span.start, "until": span.end})
    said, values = [], 0
    for place, name in enumerate(figures, 2):
        raw: Values = {(row[0], row[1]): float(row[place]) for row in rows if row[place] is not None}
        figure = FIGURES[name]
        told = ((bucket.key, starts[bucket.start], figure.of(bucket.sums).value) for bucket in found)
        ours: Values = {(key, start): float(value) for key, start, value in told if value is not None}
        said += _differences(f"{name} by {by or 'arrival'}, {step}", raw, ours)
        values += len(raw.keys() | ours.keys())
    return Compared(f"{kind}s by {by or 'arrival'}, {step}: {', '.join(figures)}", len(figures), values, said)


def _differences(what: str, raw: Values, ours: Values) -> Iterator[str]:
    """A count of none is as good as no row."""
    for key in sorted(raw.keys() | ours.keys()):
        one, other = raw.get(key, 0.0), ours.get(key, 0.0)
        if not math.isclose(one, other, rel_tol=1e-9, abs_tol=0.002 if "time" in what else 1e-9):
            yield f"{what} of {key[0]} {key[1]}: {one} in the rows, {other} counted"


def _spreads(span: Span, queues: list[str], by: str) -> Compared:
    zone, at = timezone.get_default_timezone(), sql.VISIT_AT[by]
    given = {"since": span.start, "until": span.end, "queues": queues}
    waits = crowds.waits(span, queues, zone, by)
    callers = crowds.callers(span, queues, zone, by)
    onlines = crowds.onlines(span, queues, zone, by)
    pairs = {}
    for percent in (50, 90, 95):
        ours = FIGURES[f"wait_p{percent}"].of(waits).value
        pairs[f"wait_p{percent}"] = _one(sql.PERCENTILE.format(percent=percent / 100, at=at), given), ours
    pairs["unique_callers"] = _one(sql.CALLERS.format(at=at), given), callers.unique
    pairs["repeating callers"] = _one(sql.REPEATERS.format(at=at), given), callers.repeating
    pairs["above_hold_time"] = (
        _one(sql.ABOVE_AVERAGE.format(at=at), given),
        FIGURES["above_hold_time"].of(onlines).value,
    )
    said = [
        f"{name} of {queues} by {by}: {raw} in the rows, {ours} counted"
        for name, (raw, ours) in pairs.items()
        if raw != ours
    ]
    return Compared(f"{', '.join(queues)} by {by}: {', '.join(pairs)}", len(pairs), len(pairs), said)


def _one(query: str, given: Any) -> Any:
    return _rows(query, given)[0][0]


def _rows(query: str, given: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
