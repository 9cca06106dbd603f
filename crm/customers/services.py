"""Customers and their numbers, as programs add them. What people do goes through ``editing``."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.calls.services import calls_claim
from crm.customers.companies import employer_put
from crm.customers.models import Customer, CustomerNumber, Kind, Level, NumberLabel
from crm.numbers import e164, is_mobile


@transaction.atomic
def customer_add(
    *,
    name: str,
    numbers: list[str],
    company: str = "",
    level: str = Level.NORMAL,
    owner: User | None = None,
    note: str = "",
    kind: str = Kind.PERSON,
) -> Customer:
    """A new customer with numbers in any form; calls from them that had no customer become hers. A company that is none
    yet becomes one.

    Raises ValidationError with the sentence for the form.
    """
    customer = Customer(kind=kind, name=name.strip(), level=level, owner=owner, note=note)
    customer.full_clean()
    employer_put(customer, company)
    customer.save()
    for number in numbers:
        customer_number_add(customer=customer, number=number)
    return customer


@transaction.atomic
def customer_number_add(*, customer: Customer, number: str) -> CustomerNumber:
    """Adds a number in any form. Raises ValidationError when it is no number."""
    whole = e164(number)
    if not whole:
        raise ValidationError({"numbers": _("“%(number)s” is not a telephone number.") % {"number": number}})
    label = NumberLabel.MOBILE if is_mobile(whole) else NumberLabel.OTHER
    row, _made = CustomerNumber.objects.get_or_create(customer=customer, number=whole, defaults={"label": label})
    if CustomerNumber.objects.filter(number=whole).count() == 1:
        calls_claim(number=whole, customer_id=customer.pk)
    return row
