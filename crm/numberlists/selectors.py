"""What the lists say about numbers."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from crm import among  # noqa: F401  the lookup
from crm.numberlists.models import Kind, ListedNumber
from crm.numberlists.publish import entry_of, secret
from crm.numberlists.typed import number_of
from crm.telephony.selectors import home
from switchctl.contract.listbook import Book, key, snapshot_of
from switchctl.contract.numberlists import Entry, Verdict, digest

FEW = 50
"""Numbers up to which only segments that name one of them are read; of more, all."""


def verdict(number: str, way: str, at: datetime | None = None) -> Verdict:
    """About a number in any form; ``way`` is in or out."""
    return verdicts([number], way, at)[number]


def verdicts(numbers: Iterable[str], way: str, at: datetime | None = None, *, kept: bool = False) -> dict[str, Verdict]:
    """About many: number as given → what is said. For imports of people and leads. ``kept``: they have
    the form in which numbers are kept already."""
    forms = {number: number if kept else number_of(number) for number in numbers}
    found = Book(snapshot_of(0, secret(), _entries(set(forms.values()) - {""})))
    now, here = int((at or timezone.now()).timestamp()), home()
    said = {form: found.verdict(form, way, now, here) for form in set(forms.values())}
    return {number: said[form] for number, form in forms.items()}


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
    asked = [naming(numbers)] if len(numbers) <= FEW else _naming_many(numbers)
    said = ("list", "way", "kind", "first", "last", "since", "until")
    return [entry_of(row) for lines in asked for row in lines.only(*said)]


def _naming_many(numbers: set[str]) -> Iterator[QuerySet[ListedNumber]]:
    """Apart from each other, for each its index: lines of one number, all segments, and those of erased people."""
    lines = ListedNumber.objects.order_by()
    yield lines.filter(kind=Kind.NUMBER, key__among=[key(number) for number in numbers])
    yield lines.filter(kind__in=[Kind.PREFIX, Kind.RANGE])
    if lines.filter(kind=Kind.ERASED).exists():
        yield lines.filter(kind=Kind.ERASED, first__among=[digest(number, secret()) for number in numbers])
