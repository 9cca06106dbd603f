"""Reading the trail, page by page. A page costs the same wherever it is: it begins at an entry, not at a number."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from crm.audit.filters import Filters, Place
from crm.audit.models import Entry
from crm.numbers import e164

PAGE = 50
CHUNK = 2000
WINDOWS = (0, 500, 5000)
"""Entries that are read for a text before the index is asked: a text in every hundredth fills a page from them."""


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; ``older`` and ``newer`` where the next ones begin, None where there are none."""

    entries: list[Entry]
    older: Place | None
    newer: Place | None


def page(asked: Filters, size: int = PAGE) -> Page:
    """The page that was asked for."""
    back = asked.newer is not None
    found = _found(asked, asked.newer if back else asked.older, back, size + 1)
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    first, last = (_place(found[0]), _place(found[-1])) if found else (None, None)
    return Page(
        found,
        older=last if (more and not back) or (back and found) else None,
        newer=first if (more and back) or (asked.older is not None and found) else None,
    )


def chunks(asked: Filters, size: int = CHUNK) -> Iterator[list[Entry]]:
    """All that fits, the newest first: of each ``size`` entries those that fit, which may be none."""
    place, needle = None, _needle(asked)
    while keys := list(_from(_filtered(asked), place, back=False).values_list("at", "id")[:size]):
        fitting = entries_shown().filter(id__in=[id_ for _at, id_ in keys])
        yield list((_saying(fitting, needle) if needle else fitting).order_by("-at", "-id"))
        place = Place(*keys[-1])


def _found(asked: Filters, place: Place | None, back: bool, limit: int) -> list[Entry]:
    """What is frequent is soon found by reading the nearest entries; what is rare is found by the index.

    The index alone would fetch and sort every entry that says a frequent word.
    """
    near, needle = _from(_filtered(asked), place, back), _needle(asked)
    if not needle:
        return list(near[:limit])
    read = _said(near).annotate(fits=Q(said__contains=Value(needle))).values_list("id", "fits")
    ids: list[int] = []
    for begin, end in pairwise(WINDOWS):
        rows = list(read[begin:end])
        ids += [id_ for id_, fits in rows if fits]
        if len(ids) >= limit or len(rows) < end - begin:
            return list(entries_shown().filter(id__in=ids[:limit]).order_by(*near.query.order_by))
    pairs = RawSQL("audit_pairs(audit_text(label, before, after)) @> audit_pairs(%s)", [needle], BooleanField())
    by_index = _saying(near.filter(pairs), needle)
    moment = F("at") + timedelta(0)  # an order that no index has, or the planner walks through all entries in order
    return list(by_index.order_by(*((moment.asc(), "id") if back else (moment.desc(), "-id")))[:limit])


def _from(entries: QuerySet[Entry], place: Place | None, back: bool) -> QuerySet[Entry]:
    if place is not None:
        where: Any = (TupleGreaterThan if back else TupleLessThan)((F("at"), F("id")), (place.at, place.id))
        entries = entries.filter(where)
    return entries.order_by("at", "id") if back else entries.order_by("-at", "-id")


def _filtered(asked: Filters) -> QuerySet[Entry]:
    """By all but the text."""
    entries = entries_shown()
    exact = {"who": asked.who, "kind": asked.kind, "object": asked.object, "action": asked.action}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if asked.begin:
        entries = entries.filter(at__gte=asked.begin)
    if asked.end:
        entries = entries.filter(at__lt=asked.end)
    return entries.none() if asked.barred else entries


def _needle(asked: Filters) -> str:
    """The text as ``audit_text`` has it, "" for none; a number is found however it is typed."""
    text = e164(asked.text).removeprefix("+86") or asked.text.lower()
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _saying(entries: QuerySet[Entry], needle: str) -> QuerySet[Entry]:
    return _said(entries).filter(said__contains=Value(needle))


def _said(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    text = Func(F("label"), F("before"), F("after"), function="audit_text", output_field=TextField())
    return entries.alias(said=text)


def entries_shown() -> QuerySet[Entry]:
    """All, without what only the chain needs."""
    return Entry.objects.defer("values_digest", "digest")


def _place(entry: Entry) -> Place:
    return Place(entry.at, entry.id)
