"""Pages of calls, the newest first. A page costs the same wherever it is: it begins at a call, not at a number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.dateparse import parse_datetime

from crm.calls import months
from crm.calls.models import CallRecord

PAGE = 50
BY = ("arrived_at", "call_id")
"""The moment and the key by which calls are in order; other rows have others."""
NEAR = 40
"""So many calls are looked at for each that a page holds, before all that are rare are fetched."""
RARE = 8
"""Rare is that of which the nearest have less than this part of a page."""
COUNTED = 2_000
"""Up to so many the calls of a list are counted."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: at the first call older (or, going back, newer) than this one. Of other rows: their moment
    and key."""

    at: datetime
    call_id: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.call_id}"


@dataclass(frozen=True)
class Page:
    """Calls, the newest first; ``older`` and ``newer`` where the next ones begin, None where there are none."""

    calls: list[Any]
    older: Place | None
    newer: Place | None


def place_of(said: str) -> Place | None:
    """What ``str`` of a place said; None for anything else."""
    at, _, call_id = said.replace(" ", "+").partition("_")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    known = moment and moment.tzinfo and 0 < len(call_id) <= 80 and "\x00" not in call_id
    return Place(moment, call_id) if known else None


def page(
    calls: QuerySet[Any],
    *,
    older: Place | None = None,
    newer: Place | None = None,
    size: int = PAGE,
    said: tuple[QuerySet[CallRecord], Q] | None = None,
    by: tuple[str, str] = BY,
) -> Page:
    """The page after (``older``) or before (``newer``) a place; the first one without either. ``by``: moment and key
    of the rows.

    ``said``: the same calls as those without a condition and the condition, which no index has in this order. What is
    frequent is soon found by reading the nearest calls; only of what is rare all are fetched and put in order.
    """
    back = newer is not None
    place = newer if back else older
    found, enough = _nearest(*said, place, back, size + 1) if said else ([], False)
    if not enough:
        rest = beyond(calls, place, back=back, by=by)
        rare = said is not None and len(found) * RARE < size
        found = list((_put_in_order(rest, back) if rare else rest)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    first, last = (place_at(found[0], by), place_at(found[-1], by)) if found else (None, None)
    return Page(
        found,
        older=last if (back and found) or more else None,
        newer=first if (more if back else older is not None) else None,
    )


def beyond(calls: QuerySet[Any], place: Place | None, *, back: bool = False, by: tuple[str, str] = BY) -> QuerySet[Any]:
    """Those after a place, the next first."""
    if place is not None:
        where = (TupleGreaterThan if back else TupleLessThan)((F(by[0]), F(by[1])), (place.at, place.call_id))
        calls = calls.filter(where)
    return calls.order_by(*by) if back else calls.order_by(*(f"-{name}" for name in by))


def _nearest(
    calls: QuerySet[CallRecord], said: Q, place: Place | None, back: bool, wanted: int
) -> tuple[list[CallRecord], bool]:
    """Those of the nearest that say it, and whether they are as many as are wanted, or all."""
    # By the moment alone, which the indexes of the filters have; all of the last one's moment are among the nearest.
    past = calls if place is None else calls.filter(**{"arrived_at__gte" if back else "arrived_at__lte": place.at})
    moments = past.order_by("arrived_at" if back else "-arrived_at").values_list("arrived_at", flat=True)
    edge = list(moments[NEAR * wanted :][:1])
    near = calls.filter(said)
    if edge:  # and the months: the fewer there are, the sooner it is planned
        first, last = months.between(edge[0], edge[0])
        bounds = {"arrived_at__lte": edge[0], "month__lte": last}
        near = near.filter(**bounds if back else {"arrived_at__gte": edge[0], "month__gte": first})
    found = list(beyond(near, place, back=back)[:wanted])
    return found, len(found) == wanted or not edge


def _put_in_order(calls: QuerySet[CallRecord], back: bool) -> QuerySet[CallRecord]:
    """In the same order, but not by its index: with that, whoever looks for ten calls of a million reads the million,
    for the planner takes what is rare to lie evenly among the others."""
    moment = ExpressionWrapper(F("arrived_at") + Value(timedelta()), output_field=DateTimeField())
    return calls.order_by(moment, "call_id") if back else calls.order_by(moment.desc(), "-call_id")


def counted(calls: QuerySet[Any]) -> int | None:
    """How many there are; None for more than ``COUNTED``."""
    count = calls.order_by()[: COUNTED + 1].count()
    return count if count <= COUNTED else None


def place_at(row: Any, by: tuple[str, str] = BY) -> Place:
    """Where the page after (or before) this row begins."""
    return Place(getattr(row, by[0]), getattr(row, by[1]))
