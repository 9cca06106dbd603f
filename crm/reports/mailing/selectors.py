"""Reading mailings, and who may get one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.access.holding import may, reach
from crm.accounts.models import User
from crm.reports.models import MailingRun, ReportMailing
from crm.reports.scope import SEE


@dataclass(frozen=True)
class Shown:
    """A mailing with the runs of its last due time."""

    mailing: ReportMailing
    recipients: list[User]
    runs: list[MailingRun]


def mailings_of(user: User) -> list[Shown]:
    """Of her own reports, the next first."""
    found = ReportMailing.objects.filter(report__owner=user).select_related("report").prefetch_related("recipients")
    return [Shown(one, list(one.recipients.all()), _last(one)) for one in found.order_by("next_at", "pk")]


def recipients_for(user: User) -> QuerySet[User]:
    """To whom she may have reports mailed: herself, and with ``reports.share`` those whose figures she sees; as far as
    they have an address."""
    people = User.objects.filter(is_active=True).exclude(email="")
    if not may(user, "reports.share"):
        return people.filter(pk=user.pk)
    return people.filter(pk__in=reach(user, SEE).users().values("pk")).order_by("username")


def _last(mailing: ReportMailing) -> list[Any]:
    newest = mailing.runs.order_by("-due_at").values_list("due_at", flat=True).first()
    return list(mailing.runs.filter(due_at=newest).select_related("recipient").order_by("recipient")) if newest else []
