"""How an event looks outside."""

from rest_framework import serializers

from crm.events.granting import BIGGEST
from crm.events.kinds import KINDS
from crm.rest.shapes import Asked, Shape


class EventShape(Shape):
    """Something that happened."""

    id = serializers.IntegerField(help_text="Rises by one with each event.")
    kind = serializers.ChoiceField([(code, kind.said) for code, kind in KINDS.items()])
    at = serializers.CharField(help_text="When it happened; ISO 8601 in UTC.")
    call = serializers.CharField(allow_null=True, help_text="Id of the call.")
    sequence = serializers.IntegerField(
        help_text="Counts the events of one call from 1 (anew if nothing was told of it for seven days); 0: no call."
    )
    agent = serializers.CharField(allow_null=True, help_text="Login of whose event it is.")
    queue = serializers.CharField(allow_null=True, help_text="Code.")
    campaign = serializers.CharField(allow_null=True, help_text="Id.")
    data = serializers.JSONField(help_text="As the table of kinds says.")


class StreamAsked(Asked):
    """What one wants to be told."""

    after = serializers.IntegerField(
        required=False, min_value=0, max_value=BIGGEST, help_text="Number of the event behind which to begin."
    )
    kinds = serializers.CharField(required=False, allow_blank=True, help_text="With commas; without it all.")


class EventsAsked(StreamAsked):
    """Filters of the log."""

    call = serializers.CharField(required=False, max_length=64, help_text="Id of a call.")
