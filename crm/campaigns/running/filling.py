"""Taking customers into a campaign is ordered; ``leads.filling`` carries it out."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.models import Campaign, CampaignState, Deed, Fill
from crm.campaigns.running.selectors import LeadFilters
from crm.campaigns.running.sight import reach_require
from crm.customers.filters import Filters
from crm.customers.models import Package, PackageState
from crm.customers.sight import customers_visible

TICKED_AT_MOST = 1000
PRIORITY = 100


@transaction.atomic
def fill_ask(
    *, user: User, campaign: Campaign, package: Package | None = None, filters: Filters | None = None,
    customers: Iterable[int] = (), priority: int = 0,
) -> Fill:  # fmt: skip
    """Customers are taken in: those of an import, those whom a filter of the customers' list finds (without any filter:
    all), or those that were ticked, as far as she may see them. Exactly one of the three.

    Raises ValidationError, PermissionDenied, Http404.
    """
    told = _order(user, campaign, priority)
    ticked = sorted(set(customers))[:TICKED_AT_MOST]
    if (package is not None) + (filters is not None) + bool(ticked) != 1:
        raise ValidationError(_("Choose one: an import, a filter, or customers."))
    if package is not None:
        require(user, "customers.import")
        if package.state != PackageState.DONE:
            raise ValidationError(_("This import is not through."))
        return Fill.objects.create(**told, package=package)
    if ticked:
        seen = customers_visible(user).filter(pk__in=ticked)
        ids = sorted(seen.values_list("pk", flat=True))
        if not ids:
            raise ValidationError(_("None of these customers can be seen by you."))
        return Fill.objects.create(**told, customers=ids)
    assert filters is not None
    return Fill.objects.create(**told, filters=filters.said())


@transaction.atomic
def leads_ask(*, user: User, campaign: Campaign, deed: str, asked: LeadFilters, priority: int = 0) -> Fill:
    """Leads that the filters find, as far as she may see their customers, are opened again (closed ones, with a new
    priority) or taken out (open ones). Nothing is done to all of a campaign by an oversight: some must be asked for.

    Raises ValidationError, PermissionDenied, Http404.
    """
    told = _order(user, campaign, priority)
    if deed == Deed.REOPEN and not (asked.outcome or asked.reach):
        raise ValidationError(_("Choose an outcome, or those who were not reached: only these are opened again."))
    if deed not in (Deed.REOPEN, Deed.OUT) or not asked.any:
        raise ValidationError(_("Choose by the filters which leads are meant."))
    return Fill.objects.create(**told, deed=deed, filters=asked.said())


def _order(user: User, campaign: Campaign, priority: int) -> dict[str, Any]:
    """What all orders have. The campaign is held until the end of the transaction."""
    require(user, "campaigns.manage")
    require(user, "customers.see")
    if not -PRIORITY <= priority <= PRIORITY:
        raise ValidationError(_("A priority lies between −%(n)s and %(n)s."), params={"n": PRIORITY})
    locked = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if locked is None:
        raise Http404
    reach_require(user, "campaigns.manage", locked)
    if locked.state == CampaignState.ENDED:
        raise ValidationError(_("This campaign has ended; nobody is taken in any more."))
    return {"campaign": locked, "owner": user, "priority": priority}
