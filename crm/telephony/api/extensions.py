"""Extensions, and whether their phones are there."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Shape
from crm.telephony.lines import extension_lines
from crm.telephony.models import Extension


class ExtensionShape(Shape):
    """A number inside."""

    number = serializers.CharField(source="extension.number")
    name = serializers.CharField(source="extension.name", help_text="Where it stands.")
    kind = serializers.ChoiceField(Extension.Kind.choices, source="extension.kind")
    user = serializers.SerializerMethodField(help_text="Login of whose seat it is; null: of nobody.")
    secret = serializers.BooleanField(help_text="Whether a phone can register: a secret was made, and holds.")
    registered = serializers.BooleanField(allow_null=True, help_text="Null: the daemon has not told yet.")
    node = serializers.CharField(help_text="The switch that it is registered at; empty: none.")

    def get_user(self, line: object) -> str | None:
        user = line.extension.user  # type: ignore[attr-defined]
        return user.username if user else None


class ExtensionsShape(Shape):
    """All there are."""

    items = ExtensionShape(many=True)


class Extensions(Endpoint):
    """All extensions, by number. Secrets are made on the page: no program makes keys."""

    serializer_class = ExtensionsShape
    needs = {"GET": "extensions.see or extensions.manage"}

    @extend_schema(
        operation_id="extensions_list", tags=["Configuration"], summary="Extensions and their phones as they are now",
        responses=ExtensionsShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.shown({"items": extension_lines()})
