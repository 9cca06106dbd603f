"""The leads of a campaign as a sheet: who was reached, who is to be called again, and what came of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.access.holding import require
from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.campaigns.models import Campaign, Lead, LeadState
from crm.campaigns.running.selectors import LeadFilters, leads_seen
from crm.campaigns.words import outcome_words
from crm.customers.sight import customers_visible
from crm.sheets.writing import Figure, Row

AT_ONCE = 2000
WAITS = (LeadState.OPEN, LeadState.CALLBACK)


def leads_exported(user: User, campaign: Campaign, asked: LeadFilters) -> QuerySet[Lead]:
    """Those that the filters ask for and whose customers she may export. Raises PermissionDenied."""
    require(user, "customers.export")
    hers = customers_visible(user, "customers.export").order_by().values("pk")
    return leads_seen(user, campaign, asked).filter(customer__in=hers).select_related("fill__package")


def heads() -> list[str]:
    return [
        _("Customer"), _("Company"), _("Number"), _("State"), _("Last outcome"), _("Attempts"), _("Passed on"),
        _("Tried"), pgettext("time of a call", "Next"), _("Agent"), _("Priority"), _("From an import"),
    ]  # fmt: skip


def sheet_rows(user: User, leads: QuerySet[Lead]) -> Iterator[Row]:
    """A row for each; numbers as she sees them."""
    whole = sees_whole(user)
    states = {code: capfirst(label) for code, label in LeadState.choices}
    rows: Iterable[Lead] = leads.iterator(AT_ONCE)
    for lead in rows:
        package = lead.fill.package if lead.fill is not None else None
        yield [
            lead.customer.name, lead.customer.company, shown_number(lead.number, whole=whole),
            states[lead.state], capfirst(outcome_words(lead.outcome)), _count(lead.attempts), _count(lead.skips),
            _moment(lead.tried_at), _moment(lead.due_at if lead.state in WAITS else None), lead.agent,
            _count(lead.priority), package.name if package is not None else "",
        ]  # fmt: skip


def _count(number: int) -> Figure:
    return Figure(number, "0", str(number))


def _moment(at: datetime | None) -> Figure | str:
    if at is None:
        return ""
    local = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    return Figure(local, "yyyy-mm-dd hh:mm", f"{local:%Y-%m-%d %H:%M}")
