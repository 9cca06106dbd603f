"""Opening one masked number of a customer: allowed by a role, for one whom she sees, and each time in the audit."""

from django.http import Http404

from crm.access.holding import require
from crm.access.numbers import shown_number
from crm.accounts.models import User
from crm.audit import services as audit
from crm.customers.models import CustomerNumber
from crm.customers.sight import customers_visible


def customer_number_open(*, user: User, number_id: int) -> str:
    """The number as people write it. PermissionDenied, or Http404 for one of a customer whom she does not see."""
    require(user, "numbers.open")
    number = CustomerNumber.objects.filter(pk=number_id, customer__in=customers_visible(user)).first()
    if number is None:
        raise Http404
    audit.read(user, "numbers.opened", number, label=shown_number(number.number, whole=False))
    return shown_number(number.number, whole=True)
