"""Which rows together are a span: closed months, other whole days, half-hours."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from crm.reports.models.rollups import VERSION
from crm.reports.periods import Span, Step, buckets, midnight
from crm.reports.rollup.kinds import Kind
from crm.reports.rollup.months import closed

OFFERED = "offered"
Columns = Callable[[type[Model]], list[str]]
"""What is read of the rows of a model."""


class Grain(Enum):
    """The longest rows that may be read."""

    HALF_HOURS = 1
    DAYS = 2
    MONTHS = 3


def grain_of(step: Step | None) -> Grain:
    if step in (Step.HALF_HOUR, Step.HOUR):
        return Grain.HALF_HOURS
    return Grain.MONTHS if step in (None, Step.MONTH) else Grain.DAYS


def source(kind: Kind, columns: Columns, span: Span, zone: tzinfo, by: str, given: dict[str, Any], grain: Grain) -> str:
    """SQL of the rows of ``%(keys)s`` that together are the span; what else it is given is put into ``given``."""
    given |= {"by": by, "version": VERSION}
    parts = []
    for number, (model, part) in enumerate(_pieces(kind, span, zone, grain)):
        given |= {f"since{number}": part.start, f"until{number}": part.end}
        parts.append(
            f"SELECT {kind.key}, start, {', '.join(columns(model))} FROM {model._meta.db_table} "
            f"WHERE {kind.key} = ANY(%(keys)s) AND by = %(by)s AND version = %(version)s "
            f"AND start >= %(since{number})s AND start < %(until{number})s"
        )
    return " UNION ALL ".join(parts)


def _pieces(kind: Kind, span: Span, zone: tzinfo, grain: Grain) -> Iterator[tuple[Any, Span]]:
    """Half-hours before the first whole day, the days, among them closed months, half-hours after them. Rows of days
    and months are of the business zone."""
    first, last = _midnight_from(span.start, zone), midnight(span.end.astimezone(zone).date(), zone)
    if grain == Grain.HALF_HOURS or first >= last or zone != timezone.get_default_timezone():
        yield kind.half_hour, span
        return
    found = [(kind.half_hour, Span(span.start, first))]
    at = first
    for month in closed(kind.key, Span(first, last), zone) if grain == Grain.MONTHS else ():
        found += [(kind.day, Span(at, month.start)), (kind.month, month)]
        at = month.end
    found += [(kind.day, Span(at, last)), (kind.half_hour, Span(last, span.end))]
    for model, same in groupby((piece for piece in found if piece[1].start < piece[1].end), key=itemgetter(0)):
        parts = [part for _model, part in same]
        yield model, Span(parts[0].start, parts[-1].end)


def _midnight_from(at: datetime, zone: tzinfo) -> datetime:
    """The first midnight that is not before the instant."""
    day = at.astimezone(zone).date()
    begin = midnight(day, zone)
    return begin if begin >= at else midnight(day + timedelta(days=1), zone)


def parts_of(span: Span, step: Step | None, zone: tzinfo) -> list[Span]:
    """None as ``step`` is the whole span."""
    return [span] if step is None else buckets(span, step, zone)


def rows(query: str, given: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
