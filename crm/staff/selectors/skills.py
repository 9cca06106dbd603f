"""Skill groups with their members, and which queues they serve."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from crm.accounts.models import SkillGroup, SkillMember, User
from crm.staff.selectors.people import within_sight
from crm.telephony.models import AgentProfile, Queue
from crm.telephony.serving import serving


class Line(NamedTuple):
    """A queue, and how many agents serve it by membership or by skill."""

    queue: Queue
    groups: list[SkillGroup]
    agents: int


def skill_groups() -> QuerySet[SkillGroup]:
    """All, each with ``size``: its active members."""
    active = Count("memberships", filter=Q(memberships__user__is_active=True))
    return SkillGroup.objects.annotate(size=active).prefetch_related("queues").order_by("name")


def members_seen(actor: User, group: SkillGroup) -> QuerySet[SkillMember]:
    """The group's active members whom the actor sees, the best first."""
    members = group.memberships.filter(user__in=within_sight(actor), user__is_active=True)
    return members.select_related("user__department").order_by("-level", "user__username")


def queue_lines() -> list[Line]:
    """Each queue with its skill groups."""
    callable_ = set(
        AgentProfile.objects.filter(user__is_active=True, user__extension__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    tiers = serving()
    return [
        Line(queue, list(queue.skill_groups.all()), len(callable_ & tiers.get(queue.pk, {}).keys()))
        for queue in Queue.objects.prefetch_related("skill_groups")
    ]
