"""Some customers are taken into a campaign at once, and of each is said what became of her.

For a few; thousands are ordered (``running.filling``) and carried out in steps (``leads.filling``).
"""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.leads.numbers import choices
from crm.campaigns.models import Campaign, CampaignState, Lead
from crm.campaigns.running.filling import PRIORITY
from crm.campaigns.running.sight import reach_require
from crm.customers.sight import customers_visible

ALREADY, UNKNOWN = "already", "unknown"
WHY_NOT = {
    ALREADY: gettext_lazy("She is in this campaign already."),
    UNKNOWN: gettext_lazy("There is no such customer within your data scope."),
    "no_number": gettext_lazy("She has no number that can be called."),
    "listed": gettext_lazy("Her number is not to be called."),
    "closed": gettext_lazy("Her number is of no use: invalid, or not hers."),
}


@transaction.atomic
def leads_take(*, user: User, campaign: Campaign, wanted: Mapping[int, int], at: datetime) -> dict[int, Lead | str]:
    """``wanted``: customer → priority (−100 to 100). Of each the lead, or why not (``WHY_NOT``).

    Raises ValidationError when the campaign has ended, PermissionDenied, Http404.
    """
    require(user, "campaigns.manage")
    require(user, "customers.see")
    if any(not -PRIORITY <= priority <= PRIORITY for priority in wanted.values()):
        raise ValidationError(_("A priority lies between −%(n)s and %(n)s."), params={"n": PRIORITY})
    locked = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if locked is None:
        raise Http404
    reach_require(user, "campaigns.manage", locked)
    if locked.state == CampaignState.ENDED:
        raise ValidationError(_("This campaign has ended; nobody is taken in any more."))
    seen = set(customers_visible(user).filter(pk__in=list(wanted)).order_by().values_list("pk", flat=True))
    there = set(Lead.objects.filter(campaign=locked, customer__in=seen).values_list("customer_id", flat=True))
    chosen = choices(sorted(seen - there), at)
    leads = [
        Lead(
            campaign=locked, customer_id=customer, number=choice.number, zone=choice.zone, due_at=at,
            priority=wanted[customer],
        )
        for customer, choice in chosen.items() if not choice.why
    ]  # fmt: skip
    Lead.objects.bulk_create(leads, ignore_conflicts=True)
    made = {
        lead.customer_id: lead
        for lead in Lead.objects.filter(campaign=locked, customer__in=[lead.customer_id for lead in leads])
    }

    def answer(customer: int) -> Lead | str:
        if customer not in seen:
            return UNKNOWN
        return ALREADY if customer in there else chosen[customer].why or made[customer]

    return {customer: answer(customer) for customer in wanted}
