"""Who failed too often to log in, and letting her in again."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import reach
from crm.logins.api.sessions import NEEDS, TAGS
from crm.logins.rescue import address_unlock_for, locked_reached, unlock_for
from crm.rest.endpoint import Endpoint
from crm.rest.problems import Problem
from crm.rest.shapes import Body, Shape


class LockoutsShape(Shape):
    """All, users first."""

    class Lockout(Shape):
        user = serializers.CharField(source="user.username", allow_null=True, default=None, help_text="A login.")
        address = serializers.SerializerMethodField(help_text="Of an address; else null.")
        until = serializers.DateTimeField()

        def get_address(self, one: object) -> str | None:
            return one.key if one.user is None else None  # type: ignore[attr-defined]

    items = Lockout(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null.")
    previous = serializers.CharField(allow_null=True, help_text="Always null.")


class UnlockedShape(Shape):
    unlocked = serializers.BooleanField(help_text="False: there was nothing to unlock.")


class UnlockBody(Body):
    """Exactly one."""

    user = serializers.CharField(max_length=150, required=False, help_text="A login.")
    address = serializers.CharField(max_length=64, required=False, help_text="For who reaches everybody.")

    def validate(self, said: dict[str, str]) -> dict[str, str]:
        if len(said) != 1:
            raise serializers.ValidationError({"user": _("Send either a user or an address.")})
        return said


class Lockouts(Endpoint):
    serializer_class = LockoutsShape
    needs = {"GET": NEEDS}

    @extend_schema(
        operation_id="lockouts_list", tags=TAGS, summary="List who cannot log in for a while", responses=LockoutsShape
    )
    def get(self, request: Request) -> Response:
        """Users whom the data scope reaches; if it reaches everybody, addresses too."""
        self.asked_for()
        return self.shown({"items": locked_reached(request.user), "next": None, "previous": None})


class LockoutUnlock(Endpoint):
    serializer_class = UnlockedShape
    needs = {"POST": NEEDS}

    @extend_schema(
        operation_id="lockouts_unlock", tags=TAGS, summary="Let a user or an address try again", request=UnlockBody,
        responses={200: UnlockedShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        said = self.taken(UnlockBody)
        if "address" in said:
            return Response({"unlocked": address_unlock_for(actor=request.user, address=said["address"])})
        login = said["user"] if said["user"].isprintable() else ""
        user = reach(request.user, NEEDS).users().filter(username=login).first()
        if user is None:
            raise Problem("invalid", errors={"user": [_("There is no such user within the data scope.")]})
        return Response({"unlocked": unlock_for(actor=request.user, user=user)})
