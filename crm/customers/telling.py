"""Open pages hear at once that a caller has another name now."""

from collections.abc import Collection

from crm.customers.models import CallerChoice, Customer
from crm.live.state import live_state
from crm.live.telling import calls_named
from crm.numbers import e164


def customer_told(customer: Customer) -> None:
    """She is called otherwise, or has other numbers: the calls that are up and hers."""
    view = live_state().view
    numbers = set(customer.numbers.values_list("number", flat=True))
    chosen = CallerChoice.objects.filter(customer=customer, call_id__in=list(view.calls))
    hers = {call.id for call in view.calls.values() if e164(call.number) in numbers}
    calls_named(hers | set(chosen.values_list("call_id", flat=True)))


def numbers_told(numbers: Collection[str]) -> None:
    """Somebody else is now known to have these numbers: the calls of them that are up."""
    wanted = set(numbers)
    hers = {call.id for call in live_state().view.calls.values() if e164(call.number) in wanted}
    if hers:
        calls_named(hers)
