"""How long evidence is kept."""

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api.campaigns import MANAGE
from crm.campaigns.api.evidence import TAGS
from crm.campaigns.evidence.keeping import cuts, kept_since, years, years_set
from crm.campaigns.evidence.selectors import CODE
from crm.campaigns.models import EvidenceKeeping
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Body, Shape

LEAST, MOST = 1, 100


class KeepingShape(Shape):
    """What holds, and what went so far, the newest first. That something went is itself a row of the chain."""

    class EvidenceCut(Shape):
        seq = serializers.IntegerField(help_text="Number of the row that says so.")
        at = serializers.DateTimeField()
        upto = serializers.IntegerField(help_text="The last row that went.")
        rows = serializers.IntegerField(help_text="How many went.")
        years = serializers.IntegerField(help_text="How long evidence was kept then.")
        before = serializers.DateTimeField(help_text="What was noted before went.")

    years = serializers.IntegerField()
    before = serializers.DateTimeField(help_text="What was noted before goes in the next night.")
    removed = EvidenceCut(many=True)


class KeepingBody(Body):
    years = serializers.IntegerField(min_value=LEAST, max_value=MOST)


class Keeping(Endpoint):
    """Whole months go, in the night."""

    serializer_class = KeepingShape
    needs = {"GET": CODE, "PATCH": MANAGE}

    @extend_schema(operation_id="evidence_keeping_read", tags=TAGS, summary="Read how long evidence is kept")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.told()

    @extend_schema(
        operation_id="evidence_keeping_change", tags=TAGS, summary="Set how long evidence is kept",
        request=KeepingBody, responses={200: KeepingShape},
    )  # fmt: skip
    def patch(self, request: Request) -> Response:
        """From the next night on. What went does not come back. Needs `campaigns.evidence`, too."""
        said = self.taken(KeepingBody)
        with transaction.atomic():
            EvidenceKeeping.objects.select_for_update().first()
            require_match(request, self.tag())
            years_set(user=request.user, years=said["years"])
        return self.told()

    def told(self) -> Response:
        kept = years()
        body = {"years": kept, "before": kept_since(timezone.now(), kept), "removed": cuts()}
        return self.shown(body, tag=self.tag())

    def tag(self) -> str:
        """Of what somebody sets."""
        return tag_of_body({"years": years()})
