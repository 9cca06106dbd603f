"""Who is called, where the number alone does not say it: it belongs to several customers, to another one, or to nobody.

The choice is written before the call begins, so the pop and the recorder find it (``CallerChoice``). Where the number
is hers alone nothing is written: the number says it.
"""

from collections.abc import Collection, Mapping

from crm.accounts.models import User
from crm.customers.models import CallerChoice, CustomerNumber


def callees_choose(calls: Mapping[str, tuple[int, str]], *, by: User | None = None) -> None:
    """Id of a call that is to come → customer and number (E.164). One query where each number is hers alone."""
    owners: dict[str, set[int]] = {}
    numbers = {number for _customer, number in calls.values()}
    for number, customer in CustomerNumber.objects.filter(number__in=numbers).values_list("number", "customer_id"):
        owners.setdefault(number, set()).add(customer)
    CallerChoice.objects.bulk_create(
        [
            CallerChoice(call_id=call_id, customer_id=customer, chosen_by=by)
            for call_id, (customer, number) in calls.items()
            if owners.get(number) != {customer}
        ],
        ignore_conflicts=True,
    )


def callees_forget(calls: Collection[str]) -> None:
    """They never came to be."""
    CallerChoice.objects.filter(call_id__in=list(calls)).delete()
