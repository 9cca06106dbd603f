"""People of whom something is kept: found, looked at, taken out."""

from django.http import Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.privacy.api import shapes
from crm.privacy.export import person_export, person_file
from crm.privacy.selectors import Person, people_found, person_of
from crm.rest.endpoint import Endpoint
from crm.rest.files import Download

TAGS = ["Personal data"]
EXPORT, ERASE = "privacy.export", "privacy.erase"
EITHER = f"{EXPORT} or {ERASE}"


class People(Endpoint):
    serializer_class = shapes.PeopleShape
    asked = shapes.PeopleAsked
    needs = {"GET": EITHER}

    @extend_schema(
        operation_id="privacy_find", tags=TAGS, summary="Find a person by name or number",
        responses=shapes.PeopleShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """At most 20, by name; nobody by one letter or a piece of a number."""
        return self.shown({"items": people_found(self.asked_for()["q"]), "next": None, "previous": None})


class PersonOne(Endpoint):
    serializer_class = shapes.PersonKeptShape
    needs = {"GET": EITHER}

    @extend_schema(operation_id="privacy_read", tags=TAGS, summary="Read how much is kept of a person")
    def get(self, request: Request, key: str) -> Response:
        self.asked_for()
        return self.shown(person_or_404(key))


class PersonExport(Endpoint):
    needs = {"GET": EXPORT}
    renderer_classes = (Download,)

    @extend_schema(
        operation_id="privacy_export", tags=TAGS, summary="Take out all that is kept of a person",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, key: str) -> HttpResponseBase:
        """One zip: JSON, tables and files, with a README that says which is what. Numbers in it are whole. That it was
        taken out is an entry of the audit, each time."""
        self.asked_for()
        return person_file(request._request, person_export(user=request.user, person=person_or_404(key)))


def person_or_404(key: str) -> Person:
    found = person_of(key.replace("\x00", ""))
    if found is None:
        raise Http404
    return found
