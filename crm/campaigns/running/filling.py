"""Taking customers into a campaign is ordered; ``leads.filling`` carries it out."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.models import Campaign, CampaignState, Fill
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
    """The customers of an import, those whom a filter of the customers' list finds (without any filter: all), or those
    that were ticked, as far as she may see them. Exactly one of the three.

    Raises ValidationError, PermissionDenied, Http404.
    """
    require(user, "campaigns.manage")
    require(user, "customers.see")
    ticked = sorted(set(customers))[:TICKED_AT_MOST]
    if (package is not None) + (filters is not None) + bool(ticked) != 1:
        raise ValidationError(_("Choose one: an import, a filter, or customers."))
    if not -PRIORITY <= priority <= PRIORITY:
        raise ValidationError(_("A priority lies between −%(n)s and %(n)s."), params={"n": PRIORITY})
    locked = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if locked is None:
        raise Http404
    if locked.state == CampaignState.ENDED:
        raise ValidationError(_("This campaign has ended; nobody is taken in any more."))
    told: dict[str, Any] = {"campaign": locked, "owner": user, "priority": priority}
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
