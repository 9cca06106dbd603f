"""Reading campaigns, their leads and their attempts, as far as somebody may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict

from crm.access.holding import may, require
from crm.accounts.models import User
from crm.campaigns.models import Attempt, Campaign, CampaignState, CampaignTemplate, Fill, Lead, LeadState
from crm.campaigns.running.sight import campaigns_within
from crm.customers.filters import number
from crm.customers.models import Package, PackageState
from crm.customers.searching import customers_matching
from crm.customers.sight import customers_visible

PAGE = 50
NOT_REACHED = "not_reached"
"""Tried, and nobody ever picked up."""


def campaigns_seen(user: User, state: str = "") -> QuerySet[Campaign]:
    """Those for which somebody works whom she reaches, the newest first. Raises PermissionDenied."""
    found = campaigns_within(user, "campaigns.see").select_related("skill_group", "project")
    return found.filter(state=state) if state in CampaignState.values else found


def campaign_seen(user: User, campaign_id: int) -> Campaign:
    """Raises PermissionDenied, Http404."""
    found = campaigns_seen(user).filter(pk=campaign_id).first()
    if found is None:
        raise Http404
    return found


def templates_seen(user: User) -> QuerySet[CampaignTemplate]:
    """Raises PermissionDenied."""
    require(user, "campaigns.see")
    return CampaignTemplate.objects.select_related("skill_group")


def fills_of(campaign: Campaign) -> QuerySet[Fill]:
    """The newest first."""
    return campaign.fills.select_related("package", "owner")


def packages_ready(user: User) -> QuerySet[Package]:
    """Imports that can be taken into a campaign by this user."""
    if not may(user, "customers.import"):
        return Package.objects.none()
    return Package.objects.filter(state=PackageState.DONE)


@dataclass(frozen=True)
class LeadFilters:
    """What was asked for; what makes no sense was left out. ``reach``: ``not_reached`` or "". ``after``: id of the last
    lead of the page before."""

    text: str = ""
    state: str = ""
    outcome: str = ""
    reach: str = ""
    fill: int = 0
    after: int = 0

    @property
    def any(self) -> bool:
        return bool(self.text or self.state or self.outcome or self.reach or self.fill)

    def said(self) -> dict[str, str]:
        """Without the place: name → text, for an address or an order."""
        told = {"q": self.text, "state": self.state, "outcome": self.outcome, "reach": self.reach, "fill": self.fill}
        return {name: str(value) for name, value in told.items() if value}

    def address(self, after: int = 0) -> str:
        return "?" + urlencode(self.said() | ({"after": str(after)} if after else {}))


def lead_filters(asked: QueryDict | Mapping[str, str]) -> LeadFilters:
    outcome = asked.get("outcome", "")
    return LeadFilters(
        text=" ".join(asked.get("q", "").replace("\x00", "").split())[:64],
        state=state if (state := asked.get("state", "")) in LeadState.values else "",
        outcome=outcome if outcome.replace("_", "").isalnum() and len(outcome) <= 16 else "",
        reach=NOT_REACHED if asked.get("reach", "") == NOT_REACHED else "",
        fill=number(asked.get("fill", "")),
        after=number(asked.get("after", "")),
    )


def leads_seen(user: User, campaign: Campaign, asked: LeadFilters) -> QuerySet[Lead]:
    """Those whose customers she may see, in the order in which they were taken in. Raises PermissionDenied."""
    require(user, "campaigns.see")
    found = Lead.objects.filter(campaign=campaign).select_related("customer", "agent")
    if asked.text:
        found = found.filter(customer__in=customers_matching(user, asked.text, "customers.see").order_by().values("pk"))
    else:
        found = found.filter(customer__in=customers_visible(user).order_by().values("pk"))
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.outcome:
        found = found.filter(outcome=asked.outcome)
    if asked.fill:
        found = found.filter(fill=asked.fill)
    if asked.reach:
        found = found.filter(not_reached())
    if asked.after:
        found = found.filter(pk__gt=asked.after)
    return found.order_by("pk")


def not_reached() -> Q:
    """Leads that were dialled, and nobody ever picked up."""
    return Q(tried_at__isnull=False) & ~Q(
        Exists(Attempt.objects.filter(lead=OuterRef("pk"), answered_at__isnull=False))
    )


def lead_seen(user: User, campaign: Campaign, lead_id: int) -> Lead:
    """Raises PermissionDenied, Http404."""
    found = leads_seen(user, campaign, LeadFilters()).filter(pk=lead_id).first()
    if found is None:
        raise Http404
    return found
