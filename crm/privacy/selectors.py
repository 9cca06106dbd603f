"""Who somebody is, and what is kept of her."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from crm.access.numbers import shown_number
from crm.calls.models import CallDetail, CallRecord, Fact, IvrVisit, Offer, QueueVisit
from crm.customers.models import CallerChoice, Customer, CustomerNumber
from crm.live.state import live_state
from crm.numbers import ERASED, e164
from crm.reports.models import SettledCall

SHORTEST = 2


@dataclass(frozen=True)
class Person:
    """One customer with the numbers that are hers alone, or a number of nobody. ``shared`` numbers are others' too."""

    customer: Customer | None
    numbers: list[str]
    shared: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"c{self.customer.pk}" if self.customer else f"n{self.numbers[0]}"

    def calls(self) -> QuerySet[CallRecord]:
        """All hers: by number, or where she was known."""
        mine = Q(number_e164__in=self.numbers)
        if self.customer:
            mine |= Q(customer=self.customer)
        return CallRecord.objects.filter(mine)


def person_of(key: str) -> Person | None:
    """By ``Person.key``; None when there is nobody."""
    if key[:1] == "c" and key[1:].isdigit():
        customer = _known().filter(pk=int(key[1:])).first() if len(key) < 19 else None
        return _of_customer(customer) if customer else None
    number = e164(key[1:]) if key[:1] == "n" else ""
    if not number:
        return None
    owners = list(Customer.objects.filter(numbers__number=number)[:2])
    if owners:
        return _of_customer(owners[0]) if len(owners) == 1 else None
    person = Person(None, [number])
    return person if person.calls().exists() else None


def people_found(text: str, limit: int = 20) -> list[Person]:
    """By a piece of the name, or a whole number however written."""
    number = e164(text)
    if number:
        customers = list(Customer.objects.filter(numbers__number=number).order_by("id")[:limit])
        nobody = person_of(f"n{number}") if not customers else None
        return [*_of_customers(customers), *([nobody] if nobody else [])]
    if not text.strip() or (text.isascii() and len(text.strip()) < SHORTEST):
        return []  # one letter is everybody; one Chinese character is a family
    return _of_customers(list(_known().filter(name__icontains=text.strip()).order_by("name")[:limit]))


def is_calling(person: Person) -> bool:
    """Whether a call of hers is up, by its number or as somebody said: it cannot be erased while it goes on."""
    calls = live_state().view.calls
    if any(e164(call.number) in person.numbers for call in calls.values()):
        return True
    return bool(person.customer) and person.customer.choices.filter(call_id__in=list(calls)).exists()


def kept(person: Person) -> dict[str, int]:
    """How much of each kind there is."""
    calls = person.calls().values("call_id")
    return {
        "calls": person.calls().count(),
        "facts": Fact.objects.filter(call_id__in=calls).count(),
        "notes": person.calls().exclude(note="").count(),
    }


def told(person: Person) -> Iterator[dict[str, Any]]:
    """Each call with all that is kept of it, the oldest first."""
    for call in person.calls().select_related("disposition").order_by("arrived_at", "call_id").iterator(200):
        yield {
            **_plain(call),
            "outcome_of_the_agent": call.disposition.code if call.disposition else "",
            "ivr_visits": [_plain(row) for row in IvrVisit.objects.filter(call_id=call.pk).order_by("entered_at")],
            "queue_visits": [_plain(row) for row in QueueVisit.objects.filter(call_id=call.pk).order_by("entered_at")],
            "offers": [_plain(row) for row in Offer.objects.filter(call_id=call.pk).order_by("offered_at")],
            "facts": list(Fact.objects.filter(call_id=call.pk).order_by("at", "seq").values_list("payload", flat=True)),
            "chosen_by_hand": _choice(call.pk),
            "settled": SettledCall.objects.filter(pk=call.pk).values("by__username", "at", "note").first(),
            "record_of_the_switch": CallDetail.objects.filter(pk=call.pk).values_list("payload", flat=True).first(),
        }


def _choice(call_id: str) -> dict[str, Any] | None:
    """Who said, and when, that it was she who called."""
    return CallerChoice.objects.filter(pk=call_id).values("chosen_by__username", "chosen_at").first()


def numbers_shown(numbers: list[str], *, whole: bool) -> list[str]:
    return [shown_number(number, whole=whole) for number in numbers]


def words_of(person: Person, *, whole: bool) -> list[str]:
    """What is typed or sent to confirm that it is she: her name, or the number as one is shown it."""
    return [person.customer.name] if person.customer else numbers_shown(person.numbers, whole=whole)


def _known() -> QuerySet[Customer]:
    """Those who were not erased."""
    return Customer.objects.exclude(name__startswith=ERASED)


def _of_customer(customer: Customer) -> Person:
    return _of_customers([customer])[0]


def _of_customers(customers: list[Customer]) -> list[Person]:
    """In two queries, however many they are."""
    hers: dict[int, list[str]] = {}
    for row in CustomerNumber.objects.filter(customer__in=customers).order_by("number"):
        hers.setdefault(row.customer_id, []).append(row.number)
    every = {number for numbers in hers.values() for number in numbers}
    owners = Counter(CustomerNumber.objects.filter(number__in=every).values_list("number", flat=True))
    return [
        Person(
            customer,
            [number for number in hers.get(customer.pk, ()) if owners[number] == 1],
            [number for number in hers.get(customer.pk, ()) if owners[number] > 1],
        )
        for customer in customers
    ]


def _plain(row: Any) -> dict[str, Any]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
