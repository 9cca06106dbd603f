"""Who serves which queue, and in which tier.

A membership says it outright. Who is no member serves a queue by her skills: the better her best level among the
queue's skill groups, the lower (earlier) her tier: level 9 is tier 1, level 1 is tier 9.
"""

from collections.abc import Iterable

from crm.accounts.models import SkillMember
from crm.accounts.models.skill import BEST
from crm.telephony.models import QueueMember

Tiers = dict[int, dict[int, int]]


def tier_of(level: int) -> int:
    return BEST + 1 - level


def serving(users: Iterable[int] | None = None) -> Tiers:
    """Queue's id → user's id → tier; of these users only, if some are named. Ended users are still in it."""
    skills = SkillMember.objects.filter(group__queues__isnull=False)
    members = QueueMember.objects.all()
    if users is not None:
        wanted = list(users)
        skills, members = skills.filter(user__in=wanted), members.filter(user__in=wanted)
    found: Tiers = {}
    for queue, user, level in skills.order_by("level").values_list("group__queues", "user_id", "level"):
        found.setdefault(queue, {})[user] = tier_of(level)  # the best comes last and stays
    for queue, user, tier in members.values_list("queue_id", "user_id", "tier"):
        found.setdefault(queue, {})[user] = tier
    return found


def queues_served(users: Iterable[int]) -> dict[int, set[int]]:
    """User's id → ids of the queues that she serves, one way or the other."""
    found: dict[int, set[int]] = {}
    for queue, tiers in serving(users).items():
        for user in tiers:
            found.setdefault(user, set()).add(queue)
    return found
