"""Skill groups: what they are called, and who has the skill how well."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import SkillGroup, SkillMember, User
from crm.campaigns.models import SoundKind
from crm.campaigns.sounds.selectors import sound_hold
from crm.staff.selectors.people import within_sight
from crm.telephony.models import Queue
from crm.telephony.services import queue_announcements_set, queue_forwards_set, queue_groups_set


@transaction.atomic
def skill_group_set(
    *, actor: User, group: SkillGroup | None, name: str, name_zh: str = "", description: str = ""
) -> SkillGroup:
    """Adds a group (``group`` None) or renames one. Raises PermissionDenied, ValidationError."""
    require(actor, "skills.manage")
    group = group or SkillGroup()
    same = SkillGroup.objects.filter(name__iexact=name.strip()).exclude(pk=group.pk)
    if name.strip() and same.exists():
        raise ValidationError({"name": _("There is already a skill group of this name.")})
    group.name, group.name_zh, group.description = name.strip(), name_zh.strip(), description.strip()
    group.full_clean()
    group.save()
    return group


@transaction.atomic
def skill_members_set(*, actor: User, group: SkillGroup, levels: dict[User, int]) -> tuple[int, int, int]:
    """Of the users whom the actor sees exactly these have the skill; others keep it.

    Returns how many were added, changed, removed. Raises PermissionDenied, ValidationError.
    """
    require(actor, "skills.manage")
    _check_seen(actor, levels)
    have = {skill.user_id: skill for skill in group.memberships.filter(user__in=within_sight(actor))}
    added = changed = 0
    for user, level in levels.items():
        skill = have.pop(user.pk, None)
        added += skill is None
        changed += skill is not None and skill.level != level
        _keep(skill or SkillMember(group=group, user=user), level)
    for skill in have.values():
        skill.delete()
    return added, changed, len(have)


@transaction.atomic
def user_skills_set(*, actor: User, user: User, levels: dict[SkillGroup, int]) -> None:
    """The user has exactly these skills."""
    require(actor, "skills.manage")
    _check_seen(actor, [user])
    have = {skill.group_id: skill for skill in user.skills.select_for_update()}
    for group, level in levels.items():
        _keep(have.pop(group.pk, None) or SkillMember(group=group, user=user), level)
    for skill in have.values():
        skill.delete()


@transaction.atomic
def skill_group_remove(*, actor: User, group: SkillGroup) -> None:
    """Nobody has the skill any more, no queue asks for it. Refused while one actor does not see all its members."""
    require(actor, "skills.manage")
    _check_seen(actor, (skill.user for skill in group.memberships.select_related("user")))
    group.delete()


@transaction.atomic
def groups_serve(*, actor: User, queue: Queue, groups: Iterable[SkillGroup]) -> None:
    """Exactly these groups serve the queue."""
    require(actor, "queues.manage")
    queue_groups_set(queue=queue, groups=groups)


@transaction.atomic
def queue_announces(*, actor: User, queue: Queue, whisper: str, tells_work_number: bool) -> None:
    """What is said before callers and agents of the queue are joined. ``whisper``: the file of a prompt that was
    uploaded; empty = nothing. Raises PermissionDenied, ValidationError."""
    require(actor, "queues.manage")
    if whisper and whisper != queue.whisper and not sound_hold(SoundKind.PROMPT, whisper):
        raise ValidationError({"whisper": _("There is no such prompt any more. Choose another one.")})
    queue_announcements_set(queue=queue, whisper=whisper, tells_work_number=tells_work_number)


@transaction.atomic
def queue_forwards(*, actor: User, queue: Queue, forwards: bool) -> None:
    """Whether its calls follow the forwarding of agents' extensions. Raises PermissionDenied."""
    require(actor, "queues.manage")
    queue_forwards_set(queue=queue, forwards=forwards)


def _check_seen(actor: User, users: Iterable[User]) -> None:
    wanted = {user.pk: user for user in users}
    seen = set(within_sight(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    hidden = [str(user) for pk, user in wanted.items() if pk not in seen]
    if hidden:
        raise PermissionDenied(_("Not within your reach: %(who)s.") % {"who": ", ".join(sorted(hidden)[:5])})


def _keep(skill: SkillMember, level: int) -> None:
    if skill.pk and skill.level == level:
        return
    skill.level = level
    skill.full_clean()
    skill.save()
