"""How a webhook looks outside, and what is taken of one."""

from rest_framework import serializers

from crm.accounts.models import Scope
from crm.events.kinds import KINDS
from crm.rest.shapes import Body, Shape
from crm.webhooks.models import MOST_TOGETHER, State


class WebhookShape(Shape):
    """Its secret is told only when it is made or changed."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")
    queues = serializers.ListField(child=serializers.CharField(), help_text="Codes; empty: all.")
    agents = serializers.ListField(child=serializers.CharField(), help_text="Logins; empty: all.")
    campaigns = serializers.ListField(child=serializers.CharField(), help_text="Ids; empty: all.")
    scope = serializers.ChoiceField(Scope.choices)
    whole = serializers.BooleanField(help_text="Whether numbers are sent whole.")
    together = serializers.IntegerField(help_text="Events in one request at most.")
    state = serializers.ChoiceField(State.choices)
    position = serializers.IntegerField(help_text="Number of the last event that was dealt with.")
    tries = serializers.IntegerField(help_text="Failures in a row.")
    failing_since = serializers.DateTimeField(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True, help_text="When it is tried again.")
    sent_at = serializers.DateTimeField(allow_null=True, help_text="When it last took something.")
    said = serializers.CharField(source="failure", help_text="What the last failure was.")
    made_at = serializers.DateTimeField()


class MadeShape(WebhookShape):
    """With its secret, this once."""

    secret = serializers.CharField(help_text="For the check of signatures; shown only now.")


class SecretShape(Shape):
    secret = serializers.CharField(help_text="For the check of signatures; shown only now.")


class WebhookBody(Body):
    """What is written."""

    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=2000)
    kinds = serializers.ListField(child=serializers.ChoiceField(sorted(KINDS)), required=False)
    queues = serializers.ListField(child=serializers.CharField(max_length=32), required=False, max_length=100)
    agents = serializers.ListField(child=serializers.CharField(max_length=32), required=False, max_length=100)
    campaigns = serializers.ListField(child=serializers.CharField(max_length=32), required=False, max_length=100)
    scope = serializers.ChoiceField(Scope.choices, required=False)
    whole = serializers.BooleanField(required=False)
    together = serializers.IntegerField(min_value=1, max_value=MOST_TOGETHER, required=False)


class WebhookChangeBody(WebhookBody):
    """What is left away stays. ``state``: active or paused; ``active`` also has one that failed tried at once."""

    name = serializers.CharField(max_length=80, required=False)
    url = serializers.CharField(max_length=2000, required=False)
    state = serializers.ChoiceField([State.ACTIVE.value, State.PAUSED.value], required=False)


class UndeliveredShape(Shape):
    """An event that the receiver did not take."""

    event = serializers.IntegerField()
    kind = serializers.CharField()
    call = serializers.CharField(source="call_id")
    at = serializers.DateTimeField(help_text="When it was given up.")
    said = serializers.CharField(source="failure")
    wanted_at = serializers.DateTimeField(allow_null=True, help_text="When it was asked to be sent again.")
    done_at = serializers.DateTimeField(allow_null=True, help_text="When it was taken after all.")


class AgainBody(Body):
    events = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=500,
        help_text="Numbers of events; all undelivered ones without it.",
    )  # fmt: skip


class AgainShape(Shape):
    events = serializers.IntegerField(help_text="How many are sent again.")


class TriedShape(Shape):
    """What the receiver answered to a test."""

    taken = serializers.BooleanField()
    status = serializers.IntegerField(allow_null=True)
    said = serializers.CharField()
