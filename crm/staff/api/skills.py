"""Skill groups and roles."""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, ProtectedError, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import SkillGroup, SkillMember, User
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem
from crm.staff.api import shapes
from crm.staff.selectors.people import within_sight
from crm.staff.services.skills import skill_group_remove, skill_group_set, skill_members_set

TAGS = ["Skill groups"]
SEE, MANAGE = "skills.see or skills.manage", "skills.manage"


class _Group(Endpoint):
    serializer_class = shapes.SkillGroupShape

    def groups(self) -> QuerySet[SkillGroup]:
        seen = SkillMember.objects.filter(user__in=within_sight(self.request.user), user__is_active=True)
        members = seen.select_related("user").order_by("-level", "user__username")
        return SkillGroup.objects.prefetch_related("queues", Prefetch("memberships", members, "members_seen"))

    def told(self, pk: int, **more: Any) -> Response:
        group = get_object_or_404(self.groups(), pk=pk)
        return self.shown(group, tag=self.tag(group), **more)

    def tag(self, group: SkillGroup) -> str:
        return tag_of_body(shapes.SkillGroupShape(group).data)

    def matched(self, pk: int) -> SkillGroup:
        """In the transaction that changes it."""
        get_object_or_404(SkillGroup.objects.select_for_update(), pk=pk)
        found = self.groups().get(pk=pk)
        require_match(self.request, self.tag(found))
        return found

    def saved(self, group: SkillGroup | None, said: dict[str, Any]) -> SkillGroup:
        names = {name: said.get(name, getattr(group, name) if group else "") for name in _NAMES}
        saved = skill_group_set(actor=self.request.user, group=group, **names)
        if "members" in said:
            skill_members_set(actor=self.request.user, group=saved, levels=self._levels(said["members"]))
        return saved

    def _levels(self, said: dict[str, int]) -> dict[User, int]:
        logins = [login for login in said if login.isprintable()]
        found = {user.username: user for user in within_sight(self.request.user).filter(username__in=logins)}
        unknown = next((login for login in said if login not in found), "")
        if unknown:
            raise Problem(
                "invalid", errors={"members": [_("There is nobody of the login %(who)s.") % {"who": unknown}]}
            )
        return {user: said[login] for login, user in found.items()}


_NAMES = ("name", "name_zh", "description")


class SkillGroups(_Group):
    lists = True
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("name", "pk")

    @extend_schema(operation_id="skill_groups_list", tags=TAGS, summary="List skill groups")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(self.groups())

    @extend_schema(
        operation_id="skill_groups_add", tags=TAGS, summary="Add a skill group", request=shapes.SkillGroupBody,
        responses={201: shapes.SkillGroupShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        with transaction.atomic():
            made = self.saved(None, self.taken(shapes.SkillGroupBody))
        return self.told(made.pk, status=201, location=f"{request.path}/{made.pk}")


class SkillGroupOne(_Group):
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="skill_groups_read", tags=TAGS, summary="Read a skill group")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(pk)

    @extend_schema(
        operation_id="skill_groups_change", tags=TAGS, summary="Change a skill group and who has the skill",
        request=shapes.SkillGroupChangeBody, responses={200: shapes.SkillGroupShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            self.saved(self.matched(pk), self.taken(shapes.SkillGroupChangeBody))
        return self.told(pk)

    @extend_schema(operation_id="skill_groups_remove", tags=TAGS, summary="Remove a skill group", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Refused while the token does not see all its members, or a campaign names it."""
        with transaction.atomic():
            try:
                skill_group_remove(actor=request.user, group=self.matched(pk))
            except ProtectedError as error:
                raise Problem("conflict", _("A campaign or a template names this skill group.")) from error
        return Response(status=204)
