"""The card of a caller: who she is, as far as the number, the record or a person says."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from crm.access.numbers import shown_number
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_of_caller
from crm.customers.fields.selectors import card_values
from crm.customers.models import CallerChoice, Customer, CustomerField, Project
from crm.customers.selectors import calls_of_customer, customers_by_number
from crm.numbers import ERASED, e164
from crm.places import operator_of, region_of


@dataclass(frozen=True)
class CallerCard:
    """What an agent should know before she says hello.

    ``customer`` is whom a person chose, else who alone has the number; ``matches`` are all who have it, ``others``
    those of them who are not the customer. ``chosen``: a person said who it is (or that it is nobody we know).
    """

    number: str
    shown: str
    region: str
    operator: str
    customer: Customer | None
    matches: list[Customer]
    chosen: bool = False
    last_calls: list[CallRecord] = field(default_factory=list)
    values: list[tuple[CustomerField, str, Any]] = field(default_factory=list)
    """The centre's fields that say something of her, for the card: field, words, file or None."""
    projects: list[Project] = field(default_factory=list)

    @property
    def others(self) -> list[Customer]:
        return [one for one in self.matches if self.customer is None or one.pk != self.customer.pk]

    @property
    def new_number(self) -> bool:
        """Whether she calls from a number that is not in her file."""
        known = {one.pk for one in self.matches}
        return bool(self.customer and e164(self.number)) and self.customer.pk not in known

    @property
    def may_be_added(self) -> bool:
        """Whether the number is one that a file can hold."""
        return bool(e164(self.number))


def caller_card(
    number: str, *, call_id: str = "", whole: bool = False, calls: int = 5, known: Customer | None = None
) -> CallerCard:
    """The card of a number as the trunk sent it, ``shown`` whole or masked.

    ``call_id``: the call in progress; what a person chose for it counts, and it is left out of the list. ``known``:
    whom the centre called, who it is unless a person said otherwise.
    """
    caller = e164(number)
    language = get_language() or "zh"
    matches = list(customers_by_number(caller)) if caller else []
    choice = _choice(call_id)
    customer = choice.customer if choice else known or (matches[0] if len(matches) == 1 else None)
    if customer is not None and customer.name.startswith(ERASED):
        customer = None
    if customer is not None:
        last = calls_of_customer(customer)
    else:
        last = calls_of_caller(caller) if caller else CallRecord.objects.none()
    return CallerCard(
        number=number,
        shown=shown_number(number, whole=whole),
        region=region_of(caller, language) if caller else "",
        operator=operator_of(caller, language) if caller else "",
        customer=customer,
        matches=matches,
        chosen=choice is not None,
        last_calls=list(last.exclude(call_id=call_id)[:calls]),
        values=card_values(customer) if customer else [],
        projects=list(customer.projects.filter(active=True)) if customer else [],
    )


def _choice(call_id: str) -> CallerChoice | None:
    return CallerChoice.objects.select_related("customer__owner").filter(call_id=call_id).first() if call_id else None
