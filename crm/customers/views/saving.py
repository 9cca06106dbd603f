"""What becomes of a sent form: saved, refused by field, or told that somebody was quicker."""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from crm.customers.editing import Stale, customer_change, customer_create
from crm.customers.forms import CustomerForm
from crm.customers.models import Customer

REFUSED, STALE = 422, 409


def saved(form: CustomerForm, numbers: list[str], then: Callable[[Customer], None]) -> int:
    """Saves what the form says, with ``numbers`` beside those typed, and does ``then``; 0, or the status of a refusal.

    Raises PermissionDenied. Call it in a transaction if ``then`` writes: all of it or nothing.
    """
    if not form.is_valid():
        return REFUSED
    fields, numbers, sheet = form.fields_said(), [*numbers, *form.numbers_said()], form.sheet
    try:
        if form.customer is None:
            then(customer_create(
                actor=form.actor, fields=fields, numbers=numbers, projects=sheet.projects_said(), values=sheet.typed(),
            ))  # fmt: skip
        else:
            then(customer_change(
                actor=form.actor, customer_id=form.customer.pk, version=form.version, fields=fields, numbers=numbers,
                removed=form.removed(), labels=form.labels(), main=form.main(), projects=sheet.projects_said(),
                values=sheet.typed(),
            ))  # fmt: skip
    except Stale as stale:
        form.rebase(stale.customer)
        return STALE
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return REFUSED
    return 0
