"""Saying who a caller is."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import User
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_visible
from crm.customers.editing import customer_change
from crm.customers.models import CallerChoice, Customer
from crm.customers.sight import customers_known, customers_visible
from crm.desk.selectors import has_in_hand, number_of_call
from crm.live.telling import calls_named
from crm.numbers import e164


@transaction.atomic
def caller_choose(*, agent: User, call_id: str, customer_id: int | None, remember: bool = False) -> None:
    """The caller is this customer, or nobody we know (None); ``remember``: the number becomes one of hers.

    Holds from ringing on: the call's record need not be written yet. Choosing again changes it. Raises PermissionDenied
    when the call is not hers to note on, ValidationError for a customer whom she cannot find.
    """
    if not may_say_who(agent, call_id):
        raise PermissionDenied(_("This is not a call of yours."))
    number = number_of_call(agent, call_id)
    customer = None
    if customer_id is not None:
        customer = _choosable(agent, number).filter(pk=customer_id).first()
        if customer is None:
            raise ValidationError(_("This customer cannot be found any more."))
    CallerChoice.objects.update_or_create(call_id=call_id, defaults={"customer": customer, "chosen_by": agent})
    CallRecord.objects.filter(call_id=call_id).update(customer=customer)
    if customer is not None and remember:
        customer_change(actor=agent, customer_id=customer.pk, version=None, numbers=[number])
    calls_named({call_id})


def may_say_who(agent: User, call_id: str) -> bool:
    """Whether it is a call that she has in hand, or may write onto."""
    return has_in_hand(agent, call_id) or calls_visible(agent, "calls.note").filter(call_id=call_id).exists()


def _choosable(agent: User, number: str) -> QuerySet[Customer]:
    """Those who have the number, and those whom her search finds."""
    known = customers_known()
    if may(agent, "customers.find"):
        return known
    caller = e164(number)
    owners = Q(numbers__number=caller) if caller else Q(pk__in=[])
    return known.filter(owners | Q(pk__in=customers_visible(agent).values("pk"))).distinct()
