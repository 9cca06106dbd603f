"""What the forms of campaigns and templates offer."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api.campaigns import MANAGE, TAGS
from crm.campaigns.running.presets import PRESETS
from crm.campaigns.running.shown import numbers_shown
from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Shape


class ChoicesShape(Shape):
    """In the language of `Accept-Language`."""

    class Preset(Shape):
        """What the rules of a country come to. Configuration, not legal advice."""

        code = serializers.CharField()
        name = serializers.CharField()
        says = serializers.CharField(help_text="What of it the law or custom asks for.")
        rules = serializers.JSONField(help_text="Fields of a template, to be sent with a name.")

    presets = Preset(many=True)
    caller_numbers = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers that a campaign may show; empty: the centre's."
    )


class Choices(Endpoint):
    serializer_class = ChoicesShape
    needs = {"GET": MANAGE}

    @extend_schema(
        operation_id="campaigns_choices", tags=TAGS, summary="Read what campaigns and templates can be begun with"
    )
    def get(self, request: Request) -> Response:
        self.asked_for()
        presets = [{"code": code, **preset._asdict()} for code, preset in PRESETS.items()]
        return self.shown({"presets": presets, "caller_numbers": numbers_shown()})
