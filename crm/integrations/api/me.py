"""Who a token is, and what it allows."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import held
from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Shape


class MeShape(Shape):
    """``permissions``: code → data scope."""

    integration = serializers.CharField(source="integration.name")
    token = serializers.CharField(source="name")
    login = serializers.CharField(source="integration.user.username", help_text="Its name in rows and in the audit.")
    department = serializers.CharField(source="integration.user.department", allow_null=True)
    permissions = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(allow_null=True)

    def get_permissions(self, token: object) -> dict[str, str]:
        return {code: str(scope) for code, scope in sorted(held(self.context["request"].user).items())}


class Me(Endpoint):
    serializer_class = MeShape
    needs = {"GET": "any"}

    @extend_schema(operation_id="me", tags=["Token"], summary="Who this token is, and what it allows")
    def get(self, request: Request) -> Response:
        return self.shown(request.auth)
