"""Customers and their numbers, as programs add them. What people do goes through ``editing``."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.calls.services import calls_claim
from crm.customers.companies import employer_put
from crm.customers.events import customer_told_added
from crm.customers.fields.files import files_claim
from crm.customers.fields.selectors import fields_active, fields_of
from crm.customers.fields.writing import file_keys, values_checked, values_put, words_of
from crm.customers.models import Customer, CustomerField, CustomerNumber, FieldKind, Kind, Level, NumberLabel
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
    customer_told_added(customer, timezone.now())
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


def customer_values_put(
    *, customer: Customer, typed: Mapping[str, Any], user: User | None = None, required: bool = True
) -> bool:
    """Puts what was typed for the centre's fields (code → text, or a list of texts) onto a customer who has a row; she
    is not saved. Whether anything changed. ``user``: whose uploads may become hers; ``required``: fields that must be
    filled in are asked for. Fields that she does not have are passed over. Inside a transaction.

    Raises ValidationError by ``f_<code>``.
    """
    every = fields_active()
    hers = fields_of(every, customer.projects.values_list("pk", flat=True))
    good, wrong = values_checked(user=user, customer=customer, fields=hers, typed=typed, required=required)
    if wrong:
        raise ValidationError(wrong)
    changed = values_put(customer, good)
    if changed:
        customer.words = words_of(customer, every)
        files_claim(customer, file_keys(customer, CustomerField.objects.filter(kind=FieldKind.FILE)))
    return changed
