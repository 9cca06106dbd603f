"""How agents and queues look outside, as they are now."""

from typing import Any

from rest_framework import serializers

from crm.rest.fields import Micros, OrNull
from crm.rest.shapes import Shape

STATES = ("offline", "ready", "offered", "dialling", "talking", "wrapup", "paused", "unreachable")
AGENT_STATES = [(state, state) for state in STATES]


class AgentShape(Shape):
    """An agent and what she does now."""

    login = serializers.CharField()
    name = serializers.CharField()
    extension = serializers.CharField()
    department = OrNull()
    queues = serializers.ListField(child=serializers.CharField(), help_text="Codes of the queues that she serves.")
    state = serializers.ChoiceField(AGENT_STATES)
    reason = OrNull(help_text="Of a pause: its code. Of unreachable: why.")
    since = Micros(help_text="Since when she is in this state.")
    until = Micros(help_text="When the system will act by itself, as at the end of the after-call work.")
    call = OrNull(help_text="Id of the call that she has in hand.")
    plan = OrNull(help_text="Code of the pause that follows this call.")
    misses = serializers.IntegerField(help_text="Missed offers in a row.")
    answered = serializers.IntegerField(help_text="Calls answered since she signed in.")
    registered = serializers.BooleanField(help_text="Whether her phone can be called.")


class AgentStateShape(Shape):
    """An agent in one state."""

    state = serializers.ChoiceField(AGENT_STATES)
    reason = OrNull(help_text="Of a pause: its code. Of unreachable: why.")
    source = OrNull(help_text="agent, system or supervisor.")
    call = OrNull(source="call_id", help_text="Id of the call that she had in hand.")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="null: it lasts.")
    duration_ms = serializers.SerializerMethodField(help_text="null: it lasts.")

    def get_duration_ms(self, one: Any) -> int | None:
        return round((one.ended_at - one.started_at).total_seconds() * 1000) if one.ended_at else None


class QueueShape(Shape):
    """A queue and its line now."""

    code = serializers.CharField()
    name = serializers.CharField()
    service_level_s = serializers.IntegerField(help_text="Who is answered within so many seconds is answered in time.")
    short_abandon_s = serializers.IntegerField(help_text="Who leaves sooner is in no rate.")
    waiting = serializers.IntegerField(help_text="Callers in the line, also those for whom a phone rings.")
    longest_wait_ms = serializers.IntegerField(help_text="Of who waits now; 0 when nobody does.")


class CountsShape(Shape):
    """Visits that began within a time."""

    offered = serializers.IntegerField()
    answered = serializers.IntegerField()
    in_time = serializers.IntegerField(help_text="Answered within the service level.")
    abandoned = serializers.IntegerField()
    short = serializers.IntegerField(help_text="Abandoned so soon that they are in no rate.")
    failed = serializers.IntegerField(help_text="Ended by a fault of the system; in no rate.")
    waiting = serializers.IntegerField(help_text="Not over yet.")
    service_level = serializers.FloatField(allow_null=True, help_text="Share, 0 to 1; null: of nobody.")
    abandon_rate = serializers.FloatField(allow_null=True, help_text="Share, 0 to 1; null: of nobody.")


class QueueLiveShape(QueueShape):
    """A queue as the floor shows it."""

    agents = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="State → how many who serve the queue and are within the data scope; each state is named.",
    )  # fmt: skip
    counted_at = Micros(help_text="When the two counts below were taken; null: not yet.")
    half_hour = CountsShape(allow_null=True, help_text="Of the last 30 minutes.")
    today = CountsShape(allow_null=True, help_text="Since midnight of the centre.")
