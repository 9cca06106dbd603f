"""Extensions, whether their phones are there, and their secrets."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Body, Shape
from crm.telephony.extensions import extension_add, extension_change, extension_remove, secret_renew
from crm.telephony.lines import Line, extension_line, extension_lines
from crm.telephony.models import Extension

TAGS = ["Configuration"]
MANAGE = "extensions.manage"
SEE = f"extensions.see or {MANAGE}"
PRIVATE = "Its calls are joined and picked up only with the permission ``agents.private``."


class ExtensionShape(Shape):
    """A number inside."""

    number = serializers.CharField(source="extension.number")
    name = serializers.CharField(source="extension.name", help_text="Where it stands.")
    kind = serializers.ChoiceField(Extension.Kind.choices, source="extension.kind")
    private = serializers.BooleanField(source="extension.private", help_text=PRIVATE)
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


class ExtensionChangeBody(Body):
    name = serializers.CharField(required=False, allow_blank=True, max_length=80, help_text="Where it stands.")
    kind = serializers.ChoiceField(Extension.Kind.choices, required=False)
    private = serializers.BooleanField(required=False, help_text=PRIVATE)


class ExtensionBody(ExtensionChangeBody):
    number = serializers.CharField(max_length=6, help_text="3 to 6 digits.")


class ExtensionSecretShape(Shape):
    """What is put into the phone."""

    number = serializers.CharField(help_text="User name of the phone.")
    secret = serializers.CharField(help_text="Password of the phone; shown only now.")
    domain = serializers.CharField(source="realm")


class Extensions(Endpoint):
    """All extensions, by number."""

    serializer_class = ExtensionsShape
    needs = {"GET": SEE, "POST": MANAGE}

    @extend_schema(
        operation_id="extensions_list", tags=TAGS, summary="Extensions and their phones as they are now",
        responses=ExtensionsShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.shown({"items": extension_lines()})

    @extend_schema(
        operation_id="extensions_add", tags=TAGS, summary="Add a phone of nobody's seat", request=ExtensionBody,
        responses={201: ExtensionShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A user's own comes with the user (`/users`). It has no secret yet."""
        made = extension_line(extension_add(**self.taken(ExtensionBody)))
        location = f"{request.path}/{made.extension.number}"
        return _told(made, status=201, headers={"Location": location})


class ExtensionOne(Endpoint):
    serializer_class = ExtensionShape
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="extensions_read", tags=TAGS, summary="Read an extension")
    def get(self, request: Request, number: str) -> Response:
        self.asked_for()
        line = extension_line(get_object_or_404(Extension.objects.select_related("user"), number=number))
        return self.shown(line, tag=_tag(line.extension))

    @extend_schema(
        operation_id="extensions_change", tags=TAGS, summary="Change where an extension stands, and its kind",
        request=ExtensionChangeBody, responses={200: ExtensionShape},
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        with transaction.atomic():
            row = self._matched(number)
            said = {"name": row.name, "kind": row.kind, "private": row.private} | self.taken(ExtensionChangeBody)
            return _told(extension_line(extension_change(extension=row, **said)))

    @extend_schema(operation_id="extensions_remove", tags=TAGS, summary="Remove an extension", responses={204: None})
    def delete(self, request: Request, number: str) -> Response:
        """Refused for a user's, and while a dialled number leads to it."""
        with transaction.atomic():
            extension_remove(extension=self._matched(number))
        return Response(status=204)

    def _matched(self, number: str) -> Extension:
        """In the transaction that changes it."""
        row = get_object_or_404(Extension.objects.select_for_update(), number=number)
        require_match(self.request, _tag(row))
        return row


class ExtensionSecret(Endpoint):
    serializer_class = ExtensionSecretShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="extensions_secret", tags=TAGS, summary="Make a new secret for a phone", request=None,
        responses={200: ExtensionSecretShape},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """The old one ends at once, and with it the phone that registered by it."""
        row = get_object_or_404(Extension, number=number)
        secret = secret_renew(extension=row)
        row.refresh_from_db()
        return Response({"number": row.number, "secret": secret, "domain": row.realm})


def _tag(row: Extension) -> str:
    """Of what can be written, not of where its phone is now."""
    return tag_of_body([row.number, row.name, row.kind, row.private])


def _told(line: Line, **more: object) -> Response:
    response = Response(ExtensionShape(line).data, **more)  # type: ignore[arg-type]
    response["ETag"] = _tag(line.extension)
    return response
