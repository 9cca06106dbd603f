"""Who works for a campaign."""

from django.db.models import QuerySet

from crm.accounts.models import User
from crm.accounts.selectors import department_ids_below
from crm.campaigns.models import Campaign


def members(campaign: Campaign) -> QuerySet[User]:
    """Active agents with a phone who are in its skill group and work in one of its departments or below, as far as it
    names them. One that names neither has nobody."""
    departments = list(campaign.departments.all())
    if campaign.skill_group_id is None and not departments:
        return User.objects.none()
    found = User.objects.filter(is_active=True, extension__isnull=False, agent_profile__isnull=False)
    if campaign.skill_group_id is not None:
        found = found.filter(skills__group=campaign.skill_group_id)
    if departments:
        below: set[int] = set().union(*(department_ids_below(one) for one in departments))
        found = found.filter(department__in=below)
    return found.order_by("username")
