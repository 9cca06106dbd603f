"""How a call looks outside, and what is taken of one."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.access.numbers import sees_whole, shown_number, shown_text
from crm.calls.behind import LONGEST
from crm.calls.filters import DIRECTIONS, LEAST, LONGEST_S, OUTCOMES, PARTIES, YES
from crm.calls.models import CallRecord, Outcome
from crm.calls.services import NOTE_LENGTH
from crm.numbers import ERASED
from crm.rest.fields import Moment, OrNull
from crm.rest.shapes import Asked, Body, Shape


class TextField(serializers.CharField):
    """What people wrote or sent: numbers in it are masked like others."""

    def to_representation(self, value: str) -> str:
        return shown_text(value, whole=sees_whole(self.context["request"].user))


class CallShape(Shape):
    """A call. Durations are milliseconds, null while they are not known."""

    id = serializers.CharField(source="call_id")
    direction = serializers.ChoiceField([(way, way) for way in DIRECTIONS])
    outcome = serializers.ChoiceField(Outcome.choices, help_text="`open` while it lasts.")
    number = serializers.SerializerMethodField(
        help_text="The other party's, E.164 where it is one; masked without `numbers.whole`. Empty: withheld."
    )
    caller_name = TextField(help_text="As the caller's side sent it.")
    dialled = serializers.SerializerMethodField(help_text="The number that was called.")
    customer = serializers.IntegerField(source="customer_id", allow_null=True, help_text="Id, if it is known.")
    queue = OrNull(help_text="Code of the queue in which it waited last.")
    agent = OrNull(help_text="Login of who talked last, or dialled.")
    arrived_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True, help_text="By the switch; nobody talks yet.")
    queue_entered_at = serializers.DateTimeField(allow_null=True)
    talk_started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    wait_ms = serializers.IntegerField(allow_null=True)
    talk_ms = serializers.IntegerField(allow_null=True, help_text="Without hold.")
    hold_ms = serializers.IntegerField(allow_null=True)
    wrap_ms = serializers.IntegerField(allow_null=True, help_text="After-call work.")
    ended_by = OrNull(help_text="customer, agent or system.")
    hangup_cause = OrNull()
    sip_status = OrNull()
    q850 = OrNull()
    trunk = OrNull(help_text="Gateway of the switch.")
    switch = OrNull(source="node", help_text="Name of the switch.")
    disposition = serializers.CharField(source="disposition.code", allow_null=True, default=None, help_text="Code.")
    note = TextField()
    noted_by = serializers.CharField(source="noted_by.username", allow_null=True, default=None, help_text="Login.")
    noted_at = serializers.DateTimeField(allow_null=True)
    marked_at = serializers.DateTimeField(allow_null=True, help_text="When an agent marked the customer in it.")
    marked_by = OrNull(help_text="Login of who did.")
    final = serializers.BooleanField(help_text="All of it is over and told: only outcome and note may still change.")

    def get_number(self, call: CallRecord) -> str:
        return self._shown(call.number_e164 or call.number)

    def get_dialled(self, call: CallRecord) -> str:
        """Callers dial a number of the centre, agents one of a customer."""
        return self._shown(call.dialled) if call.direction == "outbound" else call.dialled

    def _shown(self, number: str) -> str:
        whole = sees_whole(self.context["request"].user)
        return number if whole and not number.startswith(ERASED) else shown_number(number, whole=whole)


class CallsAsked(Asked):
    """Filters of the list, as those of its page."""

    since = Moment(required=False, help_text="Calls that arrived then or later.")
    until = Moment(required=False, help_text="Calls that arrived before.")
    queue = serializers.CharField(required=False, max_length=32, help_text="Code.")
    agent = serializers.CharField(required=False, max_length=32, help_text="Login.")
    department = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Id; those below it count, too."
    )
    direction = serializers.ChoiceField([(way, way) for way in DIRECTIONS], required=False)
    outcome = serializers.ChoiceField(
        [(outcome, outcome) for outcome in OUTCOMES], required=False,
        help_text="`not_reached`: dialled, and not answered for whatever reason.",
    )  # fmt: skip
    disposition = serializers.CharField(required=False, max_length=32, help_text="Code.")
    ended_by = serializers.ChoiceField([(party, party) for party in PARTIES], required=False)
    talked = serializers.IntegerField(required=False, min_value=0, max_value=LONGEST_S, help_text="Seconds, at least.")
    waited = serializers.IntegerField(required=False, min_value=0, max_value=LONGEST_S, help_text="Seconds, at least.")
    number = serializers.CharField(
        required=False, max_length=64,
        help_text="A whole number in any form, or its last digits: four, with `numbers.whole` four or more.",
    )  # fmt: skip
    note = serializers.CharField(required=False, min_length=LEAST, max_length=64, help_text="A text in the note.")
    marked = serializers.ChoiceField(
        [(YES, YES)], required=False, help_text="`yes`: only calls in which the customer was marked."
    )
    behind = serializers.CharField(
        required=False, max_length=LONGEST, help_text="A figure of a report, as its page and its `calls` write it here."
    )


class CallChangeBody(Body):
    """What is left away stays."""

    disposition = serializers.CharField(max_length=32, required=False, allow_blank=True, help_text="Code; empty: none.")
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
    due_at = Moment(required=False, help_text="When she is to be called, where the campaign's outcome is a callback.")
    whose = serializers.ChoiceField(
        ["agent", "pool"], required=False, help_text="Whose callback that is; without it the agent's of the call."
    )


class DialBody(Body):
    """Who is to call whom: a number, or a customer by her id with ``line`` for another than her main number."""

    agent = serializers.CharField(max_length=32, help_text="Login.")
    number = serializers.CharField(max_length=40, required=False, help_text="In any form, or an extension.")
    customer = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    line = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Id of her number.")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if ("number" in said) == ("customer" in said):
            raise serializers.ValidationError({"number": _("Send either a number or a customer.")})
        return said
