"""Changing the configuration. The signals of the rows publish the directory after the commit."""

from collections.abc import Iterable

from django.db import transaction

from crm.accounts.models import SkillGroup, User
from crm.telephony.models import AgentProfile, Queue, QueueMember


@transaction.atomic
def agent_set(
    *, user: User, wrap_up_s: int = 30, ring_s: int = 20, max_misses: int = 3, wrap_up_extend_s: int = 60,
    wrap_up_extensions: int = 2,
) -> AgentProfile:  # fmt: skip
    """Makes the user an agent, or changes how her calls are handled. Raises ValidationError."""
    profile = AgentProfile.objects.filter(user=user).first() or AgentProfile(user=user)
    profile.wrap_up_s, profile.ring_s, profile.max_misses = wrap_up_s, ring_s, max_misses
    profile.wrap_up_extend_s, profile.wrap_up_extensions = wrap_up_extend_s, wrap_up_extensions
    profile.full_clean()
    profile.save()
    return profile


def agent_unset(*, user: User) -> None:
    """She takes no calls any more; the queues that she served by membership forget her."""
    AgentProfile.objects.filter(user=user).delete()
    QueueMember.objects.filter(user=user).delete()


@transaction.atomic
def queue_set(*, code: str, name: str, name_zh: str = "", **settings: object) -> Queue:
    """Adds or changes a queue; ``settings`` are its other fields. Raises ValidationError."""
    queue = Queue.objects.filter(code=code).first() or Queue(code=code)
    queue.name, queue.name_zh = name, name_zh
    for field, value in settings.items():
        setattr(queue, field, value)
    queue.full_clean()
    queue.save()
    return queue


@transaction.atomic
def queue_members_set(*, queue: Queue, tiers: dict[User, int]) -> None:
    """The queue is served by exactly these users, each in her tier."""
    have = {member.user_id: member for member in queue.memberships.select_for_update()}
    wanted = {user.pk: tier for user, tier in tiers.items()}
    for user_id, member in have.items():
        if user_id not in wanted:
            member.delete()
        elif member.tier != wanted[user_id]:
            member.tier = wanted[user_id]
            member.save(update_fields=["tier"])
    for user_id in wanted.keys() - have.keys():
        QueueMember.objects.create(queue=queue, user_id=user_id, tier=wanted[user_id])


@transaction.atomic
def user_queues_set(*, user: User, tiers: dict[Queue, int]) -> None:
    """The user is member of exactly these queues, each in its tier."""
    wanted = {queue.pk: tier for queue, tier in tiers.items()}
    for member in user.memberships.select_for_update():
        tier = wanted.pop(member.queue_id, None)
        if tier is None:
            member.delete()
        elif member.tier != tier:
            member.tier = tier
            member.save(update_fields=["tier"])
    for queue_id, tier in wanted.items():
        QueueMember.objects.create(queue_id=queue_id, user=user, tier=tier)


@transaction.atomic
def queue_announcements_set(*, queue: Queue, whisper: str, tells_work_number: bool) -> None:
    """What is said before its callers and its agents are joined. Raises ValidationError."""
    queue = Queue.objects.select_for_update().get(pk=queue.pk)
    queue.whisper, queue.tells_work_number = whisper, tells_work_number
    queue.full_clean()
    queue.save(update_fields=["whisper", "tells_work_number"])


@transaction.atomic
def queue_forwards_set(*, queue: Queue, forwards: bool) -> None:
    """Whether its calls follow the forwarding of agents' extensions."""
    queue = Queue.objects.select_for_update().get(pk=queue.pk)
    queue.forwards = forwards
    queue.save(update_fields=["forwards"])


def queue_groups_set(*, queue: Queue, groups: Iterable[SkillGroup]) -> None:
    """The members of exactly these skill groups serve the queue, beside its own members."""
    queue.skill_groups.set(groups)
