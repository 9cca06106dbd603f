"""Erasures: ordered, and how far they are."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.numbers import sees_whole
from crm.privacy.api import shapes
from crm.privacy.api.people import EITHER, ERASE, TAGS, person_or_404
from crm.privacy.asking import confirms, erasure_ask
from crm.privacy.models import Erasure
from crm.rest.endpoint import Endpoint
from crm.rest.problems import Problem


class PersonErase(Endpoint):
    serializer_class = shapes.ErasureShape
    needs = {"POST": ERASE}

    @extend_schema(
        operation_id="privacy_erase", tags=TAGS, summary="Erase a person for ever", request=shapes.EraseBody,
        responses={202: shapes.ErasureShape},
    )  # fmt: skip
    def post(self, request: Request, key: str) -> Response:
        """Names, numbers and notes go, from calls, files and the audit; times, queues, agents and results stay, so that
        figures stay true. It begins within seconds: read the erasure to see how far it is. 409 while she is on the
        line."""
        person, said = person_or_404(key), self.taken(shapes.EraseBody)
        if not confirms(person, said["confirm"], whole=sees_whole(request.user)):
            sentence = _("What you typed is not what is asked for. Nothing was erased.")
            raise Problem("invalid", errors={"confirm": [sentence]})
        try:
            made = erasure_ask(user=request.user, person=person, reason=said["reason"])
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                raise
            raise Problem("conflict", " ".join(error.messages)) from error
        return self.shown(made, status=202, location=reverse("api_privacy_erasure", args=[made.pk]))


class Erasures(Endpoint):
    """The newest first."""

    serializer_class = shapes.ErasureShape
    lists = True
    asked = shapes.ErasuresAsked
    needs = {"GET": EITHER}

    @extend_schema(operation_id="privacy_erasures", tags=TAGS, summary="List erasures")
    def get(self, request: Request) -> Response:
        asked, found = self.asked_for(), _erasures()
        if "state" in asked:
            found = found.filter(finished_at__isnull=asked["state"] != "done")
        if "customer" in asked:
            found = found.filter(customers__contains=[asked["customer"]])
        return self.listed(found)


class ErasureOne(Endpoint):
    serializer_class = shapes.ErasureShape
    needs = {"GET": EITHER}

    @extend_schema(operation_id="privacy_erasure", tags=TAGS, summary="Read how far an erasure is")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.shown(get_object_or_404(_erasures(), pk=pk))


def _erasures() -> QuerySet[Erasure]:
    return Erasure.objects.select_related("asked_by")
