"""Reading customers: names for numbers and calls, and a customer's calls."""

from collections.abc import Iterable

from django.db.models import CharField, F, Q, QuerySet, Value

from crm.calls.models import CallRecord
from crm.customers.models import CallerChoice, Customer, CustomerNumber


def customers_by_number(number: str) -> QuerySet[Customer]:
    """All who have the E.164 number, oldest first."""
    return Customer.objects.filter(numbers__number=number).select_related("owner").order_by("id")


def names_of_callers(numbers: Iterable[str], calls: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """E.164 number → name of the one customer who has it; call → name of whom a person chose, "" for nobody.

    Numbers of nobody or of several are left out, and calls for which nobody chose. One query.
    """
    kind = CharField()
    by_number = CustomerNumber.objects.filter(number__in=set(numbers)).values_list(
        Value("number", kind), "number", "customer__name", F("customer_id")
    )
    by_choice = CallerChoice.objects.filter(call_id__in=set(calls)).values_list(
        Value("call", kind), "call_id", "customer__name", F("customer_id")
    )
    owners: dict[str, list[str]] = {}
    chosen: dict[str, str] = {}
    for what, key, name, customer in by_number.union(by_choice, all=True):
        shown = str(Customer(pk=customer, name=name)) if name else ""
        if what == "call":
            chosen[key] = shown
        else:
            owners.setdefault(key, []).append(shown)
    return {number: names[0] for number, names in owners.items() if len(names) == 1}, chosen


def calls_of_customer(customer: Customer, people: QuerySet[Customer] | None = None) -> QuerySet[CallRecord]:
    """The newest first; of a company also those of its ``people``. No check of who asks: a customer's contacts are part
    of her file."""
    hers = Q(customer=customer) if people is None else Q(customer=customer) | Q(customer__in=people.order_by())
    calls = CallRecord.objects.filter(hers, arrived_at__isnull=False)
    return calls.select_related("disposition").order_by("-arrived_at", "call_id")
