"""What the lists say about numbers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm import among  # noqa: F401  the lookup
from crm.numberlists.models import Kind, ListedNumber
from crm.numberlists.publish import entry_of, secret
from crm.numberlists.typed import number_of
from crm.telephony.home import home
from switchctl.contract.listbook import Book, key, snapshot_of, starts
from switchctl.contract.numberlists import NOTHING, Entry, Verdict, digest

FEW = 50
"""Numbers up to which only segments that name one of them are read; of more, all."""

_ENTRY = ("list", "way", "kind", "first", "last", "since", "until")
_SAID = """SELECT id, list, way, kind, first, last, COALESCE(floor(extract(epoch FROM since)), 0)::bigint,
  COALESCE(floor(extract(epoch FROM until)), 0)::bigint FROM numberlists_listednumber WHERE kind"""
_NAMING = f"""
{_SAID} = 'number' AND key IN (SELECT unnest(%s::bigint[]))
UNION ALL {_SAID} IN ('prefix', 'range')
UNION ALL ({_SAID} = 'erased' LIMIT 1)
"""
"""Each part has its index: lines of one number, all segments, and whether there are any of erased people."""


def verdict(number: str, way: str, at: datetime | None = None) -> Verdict:
    """About a number in any form; ``way`` is in or out."""
    return verdicts([number], way, at)[number]


def verdicts(numbers: Iterable[str], way: str, at: datetime | None = None, *, kept: bool = False) -> dict[str, Verdict]:
    """About many: number as given → what is said. For imports of people and leads. ``kept``: they have
    the form in which numbers are kept already."""
    forms = {number: number if kept else number_of(number) for number in numbers}
    wanted, here = set(forms.values()), home()
    entries = _entries(wanted - {""})
    book = Book(snapshot_of(0, secret(), entries))
    now = int((at or timezone.now()).timestamp())
    said = dict.fromkeys(wanted, NOTHING)
    said |= {form: book.verdict(form, way, now, here) for form in _named(wanted, entries) | wanted & {*here.emergency}}
    return {number: said[form] for number, form in forms.items()}


def _named(numbers: set[str], entries: Sequence[Entry]) -> set[str]:
    """Those that one of the entries names, or may; of the others nothing is said."""
    if any(entry.kind == Kind.ERASED for entry in entries):
        return numbers
    single = {entry.first for entry in entries if entry.kind == Kind.NUMBER}
    begun = tuple(start for entry in entries for start, _length in starts(entry))
    return {number for number in numbers if number in single or number.startswith(begun)}


def listed(numbers: Iterable[str]) -> QuerySet[ListedNumber]:
    """The lines that name exactly one of these numbers (E.164)."""
    return ListedNumber.objects.filter(kind=Kind.NUMBER, first__in=list(numbers)).order_by("pk")


def numbers_listed() -> QuerySet[ListedNumber, str]:
    """All single numbers of the lists."""
    return ListedNumber.objects.filter(kind=Kind.NUMBER).order_by().values_list("first", flat=True).distinct()


def naming(numbers: Iterable[str]) -> QuerySet[ListedNumber]:
    """The lines that name one of these few numbers, in their kept form."""
    wanted = list(numbers)
    one = Q(kind=Kind.NUMBER, key__in=[key(number) for number in wanted])
    erased = Q(kind=Kind.ERASED, first__in=[digest(number, secret()) for number in wanted])
    starts = {number[:size] for number in wanted for size in range(1, len(number) + 1)}
    ranges = Q(pk__in=[])
    for number in wanted:
        ranges |= Q(kind=Kind.RANGE, first__lte=number, last__gte=number)
    return ListedNumber.objects.filter(one | Q(kind=Kind.PREFIX, first__in=starts) | ranges | erased).order_by()


def _entries(numbers: set[str]) -> list[Entry]:
    """Those that name one of them, or may."""
    if not numbers:
        return []
    if len(numbers) > FEW:
        return _entries_of_many(numbers)
    return [entry_of(row) for row in naming(numbers).only(*_ENTRY)]


def _entries_of_many(numbers: set[str]) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMING, [[key(number) for number in numbers]])
        found = [Entry(*row) for row in cursor.fetchall()]
    if not any(entry.kind == Kind.ERASED for entry in found):
        return found
    digests = [digest(number, secret()) for number in numbers]
    erased = ListedNumber.objects.filter(kind=Kind.ERASED, first__among=digests).order_by().only(*_ENTRY)
    return [entry for entry in found if entry.kind != Kind.ERASED] + [entry_of(row) for row in erased]
