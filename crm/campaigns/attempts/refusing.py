"""Who said that she wants no calls of campaigns is called at none of her numbers."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from crm.campaigns.leads.stepping import number_close
from crm.campaigns.models import Attempt
from crm.customers.models import CustomerNumber
from crm.numberlists.services import refusal_keep


def no_more_calls(attempt: Attempt) -> None:
    """Her numbers go on the do-not-call list: the one that was called, and those that are hers alone. One that she
    shares (a company's switchboard) is another's way to be reached too: it is closed for her only."""
    others = CustomerNumber.objects.filter(number=OuterRef("number")).exclude(customer=OuterRef("customer"))
    hers = CustomerNumber.objects.filter(customer=attempt.customer_id).exclude(number=attempt.number)
    told = list(hers.order_by("place", "pk").annotate(shared=Exists(others)).values_list("number", "shared"))
    refusal_keep(
        number=attempt.number, call_id=attempt.pk, user=attempt.agent, reason=_("Wants no calls of campaigns"),
        others=[number for number, shared in told if not shared],
    )  # fmt: skip
    for number, shared in told:
        if shared and attempt.customer_id is not None:
            number_close(number, attempt.customer_id, "refused")
