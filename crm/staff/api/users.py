"""Users: look through, add, change, end."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import Role, User
from crm.logins.rescue import factor_remove_for
from crm.rest import bulk
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import as_lists
from crm.staff.api import shapes
from crm.staff.filters import Filters
from crm.staff.selectors.people import users_found, within_sight
from crm.staff.services.users import password_reset, user_add, user_change, user_end, user_return, user_unlock
from crm.telephony.models import QueueMember

TAGS = ["Users"]
STEPS: dict[str, Callable[..., Any]] = {
    "end": user_end, "return": user_return, "password": password_reset, "unlock": user_unlock,
    "remove-factor": factor_remove_for,
}  # fmt: skip
"""A text that one answers is a new password."""
SEE, MANAGE = "users.see or users.manage", "users.manage"


class _User(Endpoint):
    serializer_class = shapes.UserShape

    def user(self, *, lock: bool = False) -> User:
        found = _full(within_sight(self.request.user))
        return get_object_or_404(found.select_for_update(of=("self",)) if lock else found, pk=self.kwargs["pk"])

    def told(self, pk: int, **more: Any) -> Response:
        user = _full(User.objects).get(pk=pk)
        return self.shown(user, tag=self.tag(user), **more)

    def tag(self, user: User) -> str:
        return tag_of_body(shapes.UserShape(user, context=self.get_serializer_context()).data)


class Users(_User):
    """Whom the data scope reaches, by their logins."""

    asked = shapes.UserAsked
    lists = True
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("username",)

    @extend_schema(operation_id="users_list", tags=TAGS, summary="List users")
    def get(self, request: Request) -> Response:
        asked = self.asked_for()
        role = Role.objects.filter(code=asked["role"]).first() if "role" in asked else None
        wanted = Filters(
            text=asked.get("q", ""), department=asked.get("department", 0), role=role.pk if role else 0,
            state=asked.get("state", ""),
        )  # fmt: skip
        found = _full(users_found(request.user, wanted))
        return self.listed(found.none() if "role" in asked and role is None else found)

    @extend_schema(
        operation_id="users_add", tags=TAGS, summary="Add a user", request=shapes.UserBody,
        responses={201: shapes.UserShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Into a department within the data scope, with roles that allow no more than the token, unless it manages
        roles."""
        made = _add(request, self.taken(shapes.UserBody))
        return self.told(made.pk, status=201, location=f"{request.path}/{made.pk}")


class UsersBulk(_User):
    """Many at once: the good ones are added, each other one is answered with its reason."""

    serializer_class = bulk.BulkShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="users_add_many", tags=TAGS, summary="Add up to 500 users", request=bulk.Many,
        responses={200: bulk.BulkShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Each item as the body of adding one user."""
        add = lambda item: _add(request, self.read(shapes.UserBody, item)).pk  # noqa: E731
        return Response(bulk.each(self.taken(bulk.Many)["items"], add, instance=request.path))


class UserOne(_User):
    needs = {"GET": SEE, "PATCH": MANAGE}

    @extend_schema(operation_id="users_read", tags=TAGS, summary="Read a user")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.user().pk)

    @extend_schema(
        operation_id="users_change", tags=TAGS, summary="Change a user", request=shapes.UserChangeBody,
        responses={200: shapes.UserShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            user = self.user(lock=True)
            require_match(request, self.tag(user))
            person = shapes.person_of(user, self.taken(shapes.UserChangeBody))
            user_change(actor=request.user, user=user, person=person)
        return self.told(pk)


class UserSteps(_User):
    serializer_class = shapes.UserStepShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="users_step", tags=TAGS, summary="End or take back a user, help her to log in",
        request=shapes.UserStepBody, responses={200: shapes.UserStepShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """`end`: she can log in no more and takes no calls; her history stays. `return`: she works here again, with the
        roles that she had and a new password. `password`: a new one; she is logged out everywhere. `unlock`: who failed
        too often to log in may try again. `remove-factor`: she lost her phone. Of nobody who may do more than the
        token."""
        user = self.user()
        told = STEPS[self.taken(shapes.UserStepBody)["step"]](actor=request.user, user=user)
        found = _full(User.objects).get(pk=pk)
        found.password_given = told if isinstance(told, str) else None  # type: ignore[attr-defined]
        return self.shown(found, tag=self.tag(found))


def _add(request: Request, said: dict[str, Any]) -> User:
    person, password = shapes.person_of(None, said), said.get("password")
    return user_add(actor=request.user, username=said["login"], person=person, password=password)


def _full(users: QuerySet[User]) -> QuerySet[User]:
    users = users.prefetch_related(None).select_related("department", "agent_profile")
    members = Prefetch("memberships", QueueMember.objects.select_related("queue"), to_attr="memberships_told")
    return users.prefetch_related(*as_lists("roles", "skills"), members)
