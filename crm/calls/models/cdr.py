"""What the switch itself wrote about a call (mod_json_cdr), read in by import_cdr."""

from django.db import models

from crm.calls.models.ids import IdField
from crm.calls.models.scope import Scoped


class CallDetail(Scoped):
    """One caller's leg as the switch saw it. The record falls back on it where no fact told better."""

    call_id = IdField(primary_key=True, max_length=64)
    node = models.CharField(max_length=64, default="")
    file = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    hangup_cause = models.CharField(max_length=64, default="")
    queue = models.CharField(max_length=64, default="")
    """Queue of the switch's own fail-safe, in which the call waited while no daemon led."""
    queue_entered_at = models.DateTimeField(null=True)
    queue_left_at = models.DateTimeField(null=True)
    agent = models.CharField(max_length=64, default="")
    talk_started_at = models.DateTimeField(null=True)
    payload = models.JSONField()
    imported_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.call_id
