"""How a callback looks outside, and what is taken of one."""

from rest_framework import serializers

from crm.access.numbers import sees_whole, shown_number, shown_text
from crm.campaigns.models import Callback, CallbackState
from crm.rest.fields import Moment, OrNull
from crm.rest.shapes import Asked, Body, Shape

BIG = 2**63 - 1
POOL = "pool"


class CallbackShape(Shape):
    """A call that was agreed, or that somebody wants made at a moment."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(CallbackState.choices)
    why = OrNull(help_text="Code: why it waits still, or ended as it did.")
    due_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="Of one that was tried: when it is tried again.")
    tries_made = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    number = serializers.SerializerMethodField(help_text="E.164; masked without `numbers.whole`.")
    agent = serializers.CharField(source="agent.username", allow_null=True, default=None, help_text="Login; null: the "
                                  "pool's, so any of the campaign.")  # fmt: skip
    campaign = serializers.IntegerField(source="campaign_id", allow_null=True)
    pool_after_s = serializers.IntegerField(help_text="So long after its time anybody of its campaign may make it.")
    untouched = serializers.BooleanField(help_text="It is made only if nothing happens with the customer until then.")
    note = serializers.SerializerMethodField(help_text="What it is about.")
    call = OrNull(source="call_id", help_text="Id of the call in which it was agreed.")
    made_by = serializers.CharField(source="made_by.username", allow_null=True, default=None, help_text="Login.")
    made_at = serializers.DateTimeField()

    def get_number(self, callback: Callback) -> str:
        whole = sees_whole(self.context["request"].user)
        return callback.number if whole else shown_number(callback.number, whole=False)

    def get_note(self, callback: Callback) -> str:
        return shown_text(callback.note, whole=sees_whole(self.context["request"].user))


class CallbacksAsked(Asked):
    """Filters of the list."""

    state = serializers.ChoiceField(CallbackState.choices, required=False)
    over = serializers.BooleanField(
        required=False, allow_null=True, default=None,
        help_text="true: those that are over, the newest first; false: those that are still to be made.",
    )  # fmt: skip
    agent = serializers.CharField(required=False, max_length=32, help_text="A login, or `pool`.")
    customer = serializers.IntegerField(required=False, min_value=1, max_value=BIG)
    campaign = serializers.IntegerField(required=False, min_value=1, max_value=BIG)
    since = Moment(required=False, help_text="Due then or later.")
    until = Moment(required=False, help_text="Due before.")


class CallbackBody(Body):
    """``agent`` or ``campaign`` says who is to call."""

    customer = serializers.IntegerField(min_value=1, max_value=BIG, help_text="Id.")
    number = serializers.CharField(max_length=40, help_text="In any form.")
    due_at = Moment()
    agent = serializers.CharField(max_length=32, required=False, allow_null=True, help_text="Login.")
    campaign = serializers.IntegerField(min_value=1, max_value=BIG, required=False, allow_null=True, help_text="Id.")
    note = serializers.CharField(max_length=400, required=False, allow_blank=True)
    untouched = serializers.BooleanField(required=False)
    call = serializers.CharField(max_length=64, required=False, help_text="Id of the call in which it was agreed.")


class MoveBody(Body):
    """When it is to be made now."""

    due_at = Moment()


class HandOverBody(Body):
    """Who is to make it."""

    agent = serializers.CharField(max_length=32, allow_null=True, help_text="Login; null: the pool of its campaign.")


class NoBody(Body):
    """No fields."""
