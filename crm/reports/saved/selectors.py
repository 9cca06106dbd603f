"""Reading saved reports."""

from django.db.models import Q, QuerySet

from crm.accounts.models import User
from crm.reports.models import SavedReport


def reports_offered(user: User) -> QuerySet[SavedReport]:
    """Her own and those of her roles, by name. Whose owner left, nobody is offered any more."""
    hers = Q(owner=user) | Q(roles__in=user.roles.all(), owner__is_active=True)
    return SavedReport.objects.filter(hers).select_related("owner").distinct().order_by("name", "pk")
