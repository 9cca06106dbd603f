"""Finding customers by what a call tells."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from crm.access.numbers import shown_number
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_of_caller
from crm.customers.models import Customer, CustomerNumber
from crm.numbers import e164
from crm.places import operator_of, region_of


@dataclass(frozen=True)
class CallerCard:
    """What an agent should know before she says hello.

    ``customer`` is set when exactly one has the number; ``matches`` are all who have it.
    """

    number: str
    shown: str
    region: str
    operator: str
    customer: Customer | None
    matches: list[Customer]
    last_calls: list[CallRecord] = field(default_factory=list)


def customers_by_number(number: str) -> QuerySet[Customer]:
    """All who have the E.164 number, oldest first."""
    return Customer.objects.filter(numbers__number=number).select_related("owner").order_by("id")


def caller_card(number: str, *, whole: bool = False, before: str = "", calls: int = 5) -> CallerCard:
    """The card of a number as the trunk sent it, ``shown`` whole or masked.

    ``before``: id of the call in progress, left out of the list.
    """
    caller = e164(number)
    language = get_language() or "zh"
    matches = list(customers_by_number(caller)) if caller else []
    customer = matches[0] if len(matches) == 1 else None
    last = calls_of_caller(caller, customer.pk if customer else None).exclude(call_id=before) if caller else []
    return CallerCard(
        number=number,
        shown=shown_number(number, whole=whole),
        region=region_of(caller, language) if caller else "",
        operator=operator_of(caller, language) if caller else "",
        customer=customer,
        matches=matches,
        last_calls=list(last[:calls]),
    )


def customers_found(text: str, limit: int = 20) -> list[Customer]:
    """By a piece of name or company, or by a number however written."""
    query = Q(name__icontains=text) | Q(company__icontains=text)
    whole = e164(text)
    if whole:
        query |= Q(numbers__number=whole)
    return list(Customer.objects.filter(query).distinct().order_by("name", "id")[:limit])


def names_by_numbers(numbers: set[str]) -> dict[str, str]:
    """E.164 number → name of the one customer who has it; numbers of nobody or of several are left out."""
    rows = CustomerNumber.objects.filter(number__in=numbers).values_list("number", "customer__name")
    found: dict[str, list[str]] = {}
    for number, name in rows:
        found.setdefault(number, []).append(name)
    return {number: names[0] for number, names in found.items() if len(names) == 1}
