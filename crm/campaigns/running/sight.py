"""Whose campaigns a data scope reaches.

A campaign is the matter of those who work for it, so it is seen where one of them is reached, and by who made it. Who
starts, pauses or changes it commands all of them: for that each must be reached.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import may, reach, require
from crm.accounts.models import SkillMember, User
from crm.accounts.selectors import department_ids_above
from crm.campaigns.models import Campaign
from crm.campaigns.running.members import members


def campaigns_within(user: User, code: str) -> QuerySet[Campaign]:
    """Those of which she sees anything with this permission. Raises PermissionDenied."""
    require(user, code)
    reached = reach(user, code)
    if reached.everything:
        return Campaign.objects.all()
    places = department_ids_above(reached.departments | {user.department_id})
    named = Campaign.departments.through.objects.filter(campaign=OuterRef("pk"))
    people = SkillMember.objects.filter(group=OuterRef("skill_group"), user__in=reached.users().order_by().values("pk"))
    here = Exists(named.filter(department__in=places)) | (~Exists(named) & Q(skill_group__isnull=False))
    skilled = Q(skill_group__isnull=True) | Exists(people)
    return Campaign.objects.filter(Q(made_by=user.pk) | (here & skilled))


def reaches_all(user: User, code: str, campaign: Campaign) -> bool:
    """Whether whoever works for it is reached, and each department that it names."""
    reached = reach(user, code)
    if not reached or reached.everything:
        return bool(reached)
    if campaign.departments.exclude(pk__in=reached.departments).exists():
        return False
    return not members(campaign).exclude(pk__in=reached.users().order_by().values("pk")).exists()


def commands(user: User, code: str, campaign: Campaign) -> bool:
    """Whether she may do this to it, which she sees: for its buttons."""
    return may(user, code) and reaches_all(user, code, campaign)


def reach_require(user: User, code: str, campaign: Campaign) -> None:
    """Raises PermissionDenied."""
    require(user, code)
    if not reaches_all(user, code, campaign):
        raise PermissionDenied(beyond())


def beyond() -> Any:
    """The sentence for the screen."""
    return _("People beyond your data scope work for this campaign: who reaches all of them may do this.")
