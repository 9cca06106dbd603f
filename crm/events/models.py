"""The log of events, and what waits to get into it."""

from django.db import models


class Event(models.Model):
    """Something that happened. Rows are only added, and deleted when they are old.

    ``id`` rises by the order of commits. ``sequence`` counts the events of one call from 1: a receiver who has seen n
    knows by n + 2 that one is missing; 0 where there is no call. ``data`` is as ``kinds`` describes it, with whole
    numbers: they are masked when it is told.
    """

    id = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=80, unique=True)
    """Of the fact or of the pending row that it comes from: each becomes one event."""
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    told_at = models.DateTimeField(db_index=True)
    """When it got into the log."""
    call_id = models.CharField(max_length=64, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    agent = models.CharField(max_length=32, blank=True)
    """Login of whose event it is: the agent of a call, the owner of a customer."""
    queue = models.CharField(max_length=32, blank=True)
    campaign = models.CharField(max_length=32, blank=True)
    data = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["call_id", "id"], condition=~models.Q(call_id=""), name="event_of_call")]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"


class Pending(models.Model):
    """A change in the CRM that is not in the log yet; written in the transaction of the change."""

    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    call_id = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=32, blank=True)
    queue = models.CharField(max_length=32, blank=True)
    campaign = models.CharField(max_length=32, blank=True)
    data = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Mark(models.Model):
    """Up to where the log has come; one row."""

    last = models.BigIntegerField(default=0)
    """Number of the newest event."""
    cursor = models.CharField(max_length=40, default="0-0")
    """Place in the stream of facts up to which all are in the log."""
    seen = models.JSONField(default=dict)
    """Journal → number of its newest fact that is in the log, or would be if it were public."""

    def __str__(self) -> str:
        return str(self.last)
