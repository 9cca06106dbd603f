"""How users and what they are in look outside, and what is taken of one."""

import dataclasses
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.access.permissions import BY_CODE
from crm.accounts.models import Department, Dialling, Role, Scope, SkillGroup, User
from crm.accounts.models.skill import BEST
from crm.rest.shapes import Asked, Body, Id, Ided, Shape
from crm.staff.person import Handling, Person
from crm.telephony.models import AgentProfile, Queue

HANDLING = tuple(field.name for field in dataclasses.fields(Handling))
TEXTS = ("display_name", "work_number", "extension", "email", "language", "caller_number", "dialling")


class HandlingShape(Shape):
    """How an agent's calls are handled; times in seconds."""

    wrap_up_s = serializers.IntegerField()
    ring_s = serializers.IntegerField()
    max_misses = serializers.IntegerField(help_text="Missed calls until she is paused.")
    wrap_up_extend_s = serializers.IntegerField(help_text="One extension of the after-call work.")
    wrap_up_extensions = serializers.IntegerField(help_text="For one call.")


class UserShape(Shape):
    """Who works here."""

    id = serializers.IntegerField()
    login = serializers.CharField(source="username")
    display_name = serializers.CharField()
    work_number = serializers.CharField(allow_null=True)
    department = serializers.IntegerField(source="department_id", allow_null=True, help_text="Id.")
    extension = serializers.CharField(allow_null=True)
    email = serializers.CharField()
    language = serializers.CharField()
    caller_number = serializers.CharField(help_text="What is shown when she calls out; empty: the centre's.")
    dialling = serializers.ChoiceField(Dialling.choices, help_text="What she may dial.")
    allowed_numbers = serializers.ListField(child=serializers.CharField())
    roles = serializers.SerializerMethodField(help_text="Codes.")
    agent = serializers.SerializerMethodField(help_text="Null: she takes no calls of queues.")
    skills = serializers.SerializerMethodField(help_text="Id of a skill group → level, 1 to 9.")
    queues = serializers.SerializerMethodField(help_text="Code of a queue of which she is a member → tier.")
    active = serializers.BooleanField(source="is_active")

    def get_roles(self, user: User) -> list[str]:
        return sorted(role.code for role in user.roles_told)

    def get_agent(self, user: User) -> dict[str, int] | None:
        profile: AgentProfile | None = getattr(user, "agent_profile", None)
        return {name: getattr(profile, name) for name in HANDLING} if profile else None

    def get_skills(self, user: User) -> dict[str, int]:
        return {str(skill.group_id): skill.level for skill in user.skills_told}

    def get_queues(self, user: User) -> dict[str, int]:
        return {member.queue.code: member.tier for member in user.memberships_told}


class UserAsked(Asked):
    q = serializers.CharField(required=False, max_length=64, help_text="Login, name, work number, extension, e-mail.")
    department = Id(required=False, help_text="Id: those in it and below.")
    role = serializers.CharField(required=False, help_text="Code.")
    state = serializers.ChoiceField(["agents", "ended"], required=False, help_text="Without it all who work here.")


class HandlingBody(Body):
    wrap_up_s = serializers.IntegerField(min_value=0, max_value=3600, required=False)
    ring_s = serializers.IntegerField(min_value=3, max_value=120, required=False)
    max_misses = serializers.IntegerField(min_value=1, max_value=50, required=False)
    wrap_up_extend_s = serializers.IntegerField(min_value=0, max_value=3600, required=False)
    wrap_up_extensions = serializers.IntegerField(min_value=0, max_value=50, required=False)


class UserChangeBody(Body):
    """What is left away stays; roles, skills and queues are exactly those that are told."""

    display_name = serializers.CharField(max_length=80, required=False)
    work_number = serializers.CharField(max_length=16, required=False, allow_blank=True)
    department = Ided(queryset=Department.objects.all(), required=False, allow_null=True)
    extension = serializers.CharField(max_length=8, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    language = serializers.ChoiceField([code for code, _name in settings.LANGUAGES], required=False, allow_blank=True)
    caller_number = serializers.CharField(max_length=21, required=False, allow_blank=True)
    dialling = serializers.ChoiceField(Dialling.choices, required=False)
    allowed_numbers = serializers.ListField(
        child=serializers.CharField(max_length=22), required=False, max_length=200, help_text="Whole ones, or as 021*."
    )
    roles = serializers.ListField(child=serializers.CharField(max_length=32), required=False, max_length=50)
    agent = HandlingBody(required=False, allow_null=True, help_text="Null: she takes no calls of queues.")
    skills = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=BEST), required=False,
        help_text="Id of a skill group → level.",
    )  # fmt: skip
    queues = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=BEST), required=False, help_text="Code of a queue → tier."
    )

    def validate_roles(self, codes: list[str]) -> frozenset[Role]:
        known = {role.code: role for role in Role.objects.all()}
        return frozenset(_picked(known, codes, _("There is no role %(what)s.")).keys())

    def validate_skills(self, said: dict[str, int]) -> dict[SkillGroup, int]:
        known = {str(group.pk): group for group in SkillGroup.objects.all()}
        found = _picked(known, said, _("There is no skill group %(what)s."))
        return {group: said[key] for group, key in found.items()}

    def validate_queues(self, said: dict[str, int]) -> dict[Queue, int]:
        known = {queue.code: queue for queue in Queue.objects.all()}
        found = _picked(known, said, _("There is no queue %(what)s."))
        return {queue: said[key] for queue, key in found.items()}


class UserBody(UserChangeBody):
    """A new one. Without a password she cannot log in until somebody gives her one."""

    login = serializers.CharField(max_length=32, help_text="Stays the same for ever.")
    display_name = serializers.CharField(max_length=80)
    password = serializers.CharField(
        max_length=128, required=False, write_only=True, help_text="She is asked for one of her own at the first login."
    )


def _picked(known: dict[str, Any], keys: Any, sentence: str) -> dict[Any, str]:
    for key in keys:
        if key not in known:
            raise serializers.ValidationError(sentence % {"what": str(key)[:32]})
    return {known[key]: key for key in keys}


def person_of(user: User | None, said: dict[str, Any]) -> Person:
    """What is said of her, else what is so. ``roles``, ``agent`` and places are as the bodies check them."""
    told: dict[str, Any] = {name: said.get(name, (getattr(user, name) or "") if user else "") for name in TEXTS}
    told["dialling"] = told["dialling"] or Dialling.NATIONAL
    told["department"] = said.get("department", user.department if user else None)
    told["allowed_numbers"] = tuple(said.get("allowed_numbers", user.allowed_numbers if user else ()))
    told["roles"] = said["roles"] if "roles" in said else frozenset(user.roles.all() if user else ())
    profile = getattr(user, "agent_profile", None)
    usual = {name: getattr(profile or Handling(), name) for name in HANDLING}
    asked = said.get("agent", {} if profile else None)
    told["agent"] = None if asked is None else Handling(**usual | asked)
    return Person(**told, skills=said.get("skills"), queues=said.get("queues"))


class UserStepBody(Body):
    step = serializers.ChoiceField(["end", "return", "password", "unlock", "remove-factor"])


class UserStepShape(UserShape):
    password = serializers.CharField(
        source="password_given", allow_null=True, default=None,
        help_text="Her new one after `return` and `password`, told only now; she is asked for one of her own at the "
        "next login.",
    )  # fmt: skip


class DepartmentShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True, help_text="Id of what it is a part of.")


class DepartmentChangeBody(Body):
    """What is left away stays."""

    name = serializers.CharField(max_length=80, required=False)
    name_zh = serializers.CharField(max_length=80, required=False, allow_blank=True)
    parent = Ided(queryset=Department.objects.all(), required=False, allow_null=True, help_text="Null: at the top.")


class DepartmentBody(DepartmentChangeBody):
    name = serializers.CharField(max_length=80)


class SkillGroupShape(Shape):
    """With those of its members whom the token sees."""

    class Member(Shape):
        login = serializers.CharField(source="user.username")
        level = serializers.IntegerField(help_text="1 to 9, the best.")

    id = serializers.IntegerField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    description = serializers.CharField()
    queues = serializers.SerializerMethodField(help_text="Codes of queues that it serves.")
    members = Member(many=True, source="members_seen")

    def get_queues(self, group: SkillGroup) -> list[str]:
        return sorted(queue.code for queue in group.queues.all())


class SkillGroupChangeBody(Body):
    """What is left away stays. ``members``: of those whom the token sees exactly these have the skill."""

    name = serializers.CharField(max_length=80, required=False)
    name_zh = serializers.CharField(max_length=80, required=False, allow_blank=True)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    members = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=BEST), required=False, help_text="Login → level."
    )


class SkillGroupBody(SkillGroupChangeBody):
    name = serializers.CharField(max_length=80)


class RoleChangeBody(Body):
    """What is left away stays."""

    name = serializers.CharField(max_length=64, required=False)
    name_zh = serializers.CharField(max_length=64, required=False, allow_blank=True)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description_zh = serializers.CharField(max_length=200, required=False, allow_blank=True)
    scope = serializers.ChoiceField(Scope.choices, required=False)
    permissions = serializers.ListField(child=serializers.ChoiceField(sorted(BY_CODE)), required=False)


class RoleBody(RoleChangeBody):
    """What is written."""

    name = serializers.CharField(max_length=64)
    scope = serializers.ChoiceField(Scope.choices)
    permissions = serializers.ListField(child=serializers.ChoiceField(sorted(BY_CODE)), min_length=1)


class RoleShape(Shape):
    """What its holders may do, and with whose data."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    description = serializers.CharField()
    description_zh = serializers.CharField()
    scope = serializers.ChoiceField(Scope.choices)
    permissions = serializers.ListField(child=serializers.CharField())
    ready_made = serializers.BooleanField(help_text="Comes with the product and stays as it is.")
    holders = serializers.IntegerField(help_text="Active users who hold it.")
