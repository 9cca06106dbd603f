"""What the lists say about numbers."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.numberlists import words
from crm.numberlists.api import shapes
from crm.numberlists.api.entries import SEE, TAGS
from crm.numberlists.selectors import verdicts
from crm.numberlists.typed import number_of
from crm.rest.endpoint import Endpoint


class Check(Endpoint):
    serializer_class = shapes.CheckedShape
    needs = {"POST": SEE}

    @extend_schema(
        operation_id="list_check", tags=TAGS, summary="Ask what the lists say about numbers",
        request=shapes.CheckBody, responses={200: shapes.CheckedShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A POST though nothing changes: numbers stand in no address, and so in no log of addresses."""
        said = self.taken(shapes.CheckBody)
        good = {number for number in said["numbers"] if number_of(number)}
        found = verdicts(good, said["way"], said.get("at"))
        items = []
        for number in said["numbers"]:
            if one := found.get(number):
                told = {"valid": True, "allowed": one.allowed, "by": one.by, "entry": one.entry or None}
                items.append({"number": number, **told, "said": words.said(one, said["way"])})
            else:
                told = {"valid": False, "allowed": False, "by": "", "entry": None, "said": _("This is no number.")}
                items.append({"number": number, **told})
        return Response({"items": items})
