"""Reading the trail, page by page. A page costs the same wherever it is: it begins at an entry, not at a number."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from crm.audit.filters import Filters, Place
from crm.audit.models import Entry
from crm.numbers import e164

PAGE = 50
CHUNK = 2000


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; ``older`` and ``newer`` where the next ones begin, None where there are none."""

    entries: list[Entry]
    older: Place | None
    newer: Place | None


def page(asked: Filters, size: int = PAGE) -> Page:
    """The page that was asked for."""
    back = asked.newer is not None
    found = list(_from(_filtered(asked), asked.newer if back else asked.older, back)[: size + 1])
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
    """All that fits, the newest first, never more than ``size`` in memory; what is written meanwhile is not in it."""
    asked = replace(asked, newer=None, older=None)
    place: Place | None = None
    while found := list(_from(_filtered(asked), place, back=False)[:size]):
        yield found
        place = _place(found[-1])


def _from(entries: QuerySet[Entry], place: Place | None, back: bool) -> QuerySet[Entry]:
    order = ("at", "id") if back else ("-at", "-id")
    if place is not None:
        where: Any = (TupleGreaterThan if back else TupleLessThan)((F("at"), F("id")), (place.at, place.id))
        entries = entries.filter(where)
    return entries.order_by(*order)


def _filtered(asked: Filters) -> QuerySet[Entry]:
    entries = Entry.objects.defer("values_digest", "digest")
    exact = {"who": asked.who, "kind": asked.kind, "object": asked.object, "action": asked.action}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if asked.begin:
        entries = entries.filter(at__gte=asked.begin)
    if asked.end:
        entries = entries.filter(at__lt=asked.end)
    if asked.barred:
        return entries.none()
    needle = e164(asked.text).removeprefix("+86") or asked.text.lower()  # a number is found however it is typed
    return _saying(entries, needle) if needle else entries


def _saying(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """By the index of neighbouring characters, then looked at itself."""
    said = Func(F("label"), F("before"), F("after"), function="audit_text", output_field=TextField())
    pairs = RawSQL("audit_pairs(audit_text(label, before, after)) @> audit_pairs(%s)", [text], BooleanField())
    return entries.alias(said=said).filter(pairs, said__contains=Value(text))


def _place(entry: Entry) -> Place:
    return Place(entry.at, entry.id)
