"""Skill groups, their members, and the queues that they serve."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, require
from crm.accounts.models import SkillGroup, User
from crm.accounts.models.skill import BEST
from crm.campaigns.models import SoundKind
from crm.campaigns.sounds.selectors import sound_choices
from crm.staff.filters import number
from crm.staff.selectors.people import people_named, within_sight
from crm.staff.selectors.skills import members_seen, queue_lines, skill_groups
from crm.staff.services.skills import (
    groups_serve,
    queue_announces,
    queue_forwards,
    skill_group_remove,
    skill_group_set,
    skill_members_set,
)
from crm.staff.views.frame import SKILLS, attempted, errors_of, shown
from crm.telephony.models import Queue

LEVELS = range(1, BEST + 1)


@require_safe
@needs(*SKILLS)
def skills(request: HttpRequest) -> HttpResponse:
    """All groups, and which of them serve which queue."""
    told = {"groups": skill_groups(), "lines": queue_lines()}
    return shown(request, "skills.html", "skills", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*SKILLS)
def group(request: HttpRequest, group_id: int = 0) -> HttpResponse:
    """One group (0: a new one): its names and its members with their levels."""
    if request.method == "POST" or not group_id:
        require(request.user, "skills.manage")
    found = get_object_or_404(SkillGroup, pk=group_id) if group_id else None
    manages = may(request.user, "skills.manage")
    told = {"group": found, "manages": manages, "levels": LEVELS, "hidden": 0}
    if request.method == "POST":
        return _written(request, found, told)
    members = list(members_seen(request.user, found)) if found else []
    told["members"] = [(member.user, member.level) for member in members]
    if found:
        told["hidden"] = found.memberships.filter(user__is_active=True).count() - len(members)
    return shown(request, "skill.html", "skills", told)


@require_POST
@needs("skills.manage")
def remove(request: HttpRequest, group_id: int) -> HttpResponse:
    found = get_object_or_404(SkillGroup, pk=group_id)
    sentence = _("%(group)s was removed.") % {"group": found.label}
    attempted(request, lambda: skill_group_remove(actor=request.user, group=found), sentence)
    return redirect("staff_skills")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("queues.manage")
def queue(request: HttpRequest, queue_id: int) -> HttpResponse:
    """Which groups serve it, and what is said before two are joined; a page of its own, for a centre may have many."""
    found = get_object_or_404(Queue, pk=queue_id)
    if request.method != "POST":
        chosen = set(found.skill_groups.values_list("pk", flat=True))
        prompts = sound_choices(SoundKind.PROMPT)
        if found.whisper and found.whisper not in dict(prompts):
            prompts.append((found.whisper, found.whisper))  # a file that only the switches have
        told = {"queue": found, "groups": SkillGroup.objects.all(), "chosen": chosen, "prompts": prompts}
        return shown(request, "queue_groups.html", "skills", told)
    sentence = _("%(queue)s was saved.") % {"queue": found.label}
    attempted(request, lambda: _queue_save(request, found), sentence)
    return redirect("staff_skills")


def _written(request: HttpRequest, found: SkillGroup | None, told: dict[str, object]) -> HttpResponse:
    """Adding from the pasted list only fills the form; saving writes all of it."""
    asked, sight = request.POST, within_sight(request.user)
    levels = _levels(request)
    if asked.get("step") == "add":
        named = people_named(sight, asked.get("list", ""))
        level = number(asked.get("level", "")) or 5
        levels |= {user: level for user in named.users if user not in levels}
        told |= {"unknown": named.unknown, "added": len(named.users)}
    else:
        try:
            with transaction.atomic():
                _save(request, found, levels)
        except ValidationError as error:
            told |= {"errors": [sentence for sentences in errors_of(error).values() for sentence in sentences]}
        except PermissionDenied as error:
            told |= {"errors": [str(error)]}
        else:
            return redirect("staff_skills")
    told |= {"asked": asked, "members": sorted(levels.items(), key=lambda pair: (-pair[1], pair[0].username))}
    return shown(request, "skill.html", "skills", told)


def _save(request: HttpRequest, found: SkillGroup | None, levels: dict[User, int]) -> None:
    asked = request.POST
    names = {name: asked.get(name, "") for name in ("name", "name_zh", "description")}
    made = skill_group_set(actor=request.user, group=found, **names)
    added, changed, removed = skill_members_set(actor=request.user, group=made, levels=levels)
    figures = {"group": made.label, "added": added, "changed": changed, "removed": removed}
    words = _("%(group)s was saved: %(added)s members added, %(changed)s changed, %(removed)s removed.")
    attempted(request, lambda: None, words % figures)


@transaction.atomic
def _queue_save(request: HttpRequest, queue: Queue) -> None:
    asked = request.POST
    groups = SkillGroup.objects.filter(pk__in=map(number, asked.getlist("groups")))
    groups_serve(actor=request.user, queue=queue, groups=groups)
    said = {"whisper": asked.get("whisper", ""), "tells_work_number": "tells_work_number" in asked}
    queue_announces(actor=request.user, queue=queue, **said)
    queue_forwards(actor=request.user, queue=queue, forwards="forwards" in asked)


def _levels(request: HttpRequest) -> dict[User, int]:
    """Members of the form: ``level_<id>`` from 1 to 9; 0 takes her out."""
    marked = {
        number(name.removeprefix("level_")): min(number(value), BEST)
        for name, value in request.POST.items()
        if name.startswith("level_")
    }
    users = User.objects.filter(pk__in=marked).select_related("department")
    return {user: marked[user.pk] for user in users if marked[user.pk]}
