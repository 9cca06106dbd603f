"""What the rollups say of each figure beside what the raw rows say."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

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


def differences(span: Span, peaks_until: datetime) -> Iterator[str]:
    """One line for each value that differs. ``peaks_until``: the raw statement of peaks is slow, it ends sooner."""
    for step in LOCAL:
        for by in ("offered", "event"):
            yield from _table(span, step, by, reading.queue_buckets, sql.VISITS, sql.OF_VISITS, sql.VISIT_AT[by])
            yield from _table(span, step, by, reading.queue_buckets, sql.TALKS, sql.OF_QUEUES_TALKS, sql.VISIT_AT[by])
            yield from _table(
                span, step, by, reading.agent_buckets, sql.TALKS | sql.DIALS, sql.OF_AGENTS_LEGS, sql.LEG_AT[by]
            )
            yield from _table(span, step, by, reading.agent_buckets, sql.TIMES, sql.OF_STATES, "half")
        yield from _table(span, step, "", reading.trunk_buckets, sql.CALLS, sql.OF_CALLS, "r.arrived_at")
        yield from _table(span, step, "", reading.trunk_buckets, sql.LINES, sql.OF_LINES, "half")
        first = Span(span.start, peaks_until)
        yield from _table(first, step, "", reading.trunk_buckets, sql.PEAKS, sql.OF_PEAKS, "half")
    queues = reading.keys_seen("queue", span)
    for chosen in (queues, queues[:1], queues[1:3]):
        for by in ("offered", "event"):
            yield from _spreads(span, chosen, by)


def _table(
    span: Span, step: Step, by: str, read: Any, figures: Mapping[str, str], statement: str, at: str
) -> Iterator[str]:
    zone = timezone.get_default_timezone()
    given = {"since": span.start, "until": span.end}
    kind = read.__name__.partition("_")[0]
    found = read(span, step, reading.keys_seen(kind, span), zone, *([by] if by else []))
    label = LOCAL[step].format(at=at, zone=zone)
    for name, value in figures.items():
        rows = _rows(statement.format(label=label, value=value, at=at), given)
        raw = {(key, begin): float(one) for key, begin, one in rows if one is not None}
        ours: Values = {}
        for bucket in found:
            said = FIGURES[name].of(bucket.sums).value
            if said is not None:
                ours[bucket.key, bucket.start.astimezone(zone).replace(tzinfo=None)] = float(said)
        yield from _compared(f"{name} by {by or 'arrival'}, {step}", raw, ours)


def _compared(what: str, raw: Values, ours: Values) -> Iterator[str]:
    """A count of none is as good as no row."""
    for key in sorted(raw.keys() | ours.keys()):
        one, other = raw.get(key, 0.0), ours.get(key, 0.0)
        if not math.isclose(one, other, rel_tol=1e-9, abs_tol=0.002 if "time" in what else 1e-9):
            yield f"{what} of {key[0]} {key[1]}: {one} in the rows, {other} counted"


def _spreads(span: Span, queues: list[str], by: str) -> Iterator[str]:
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
    for name, (raw, ours) in pairs.items():
        if raw != ours:
            yield f"{name} of {queues} by {by}: {raw} in the rows, {ours} counted"


def _one(query: str, given: Any) -> Any:
    return _rows(query, given)[0][0]


def _rows(query: str, given: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
