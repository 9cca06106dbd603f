"""Parts of calls (visits of flows and of queues, offers) and agents' states: the tables that reports are computed from.

A part can be told before its call, so its foreign key is without a constraint in the database. (It could not have one
either: calls are kept by months, and their key in the database has the month.)
"""

from django.db import models
from django.db.models import Q

from crm.calls.models.ids import IdField, MonthField
from crm.calls.models.scope import Scoped


class IvrVisit(Scoped):
    """One passage of one call through one flow; the greeting before a queue is one, too.

    ``exit``: completed (served by the flow alone), agent_requested, hangup, timeout, error, overflow; empty while it
    lasts. ``told`` is what the daemon told: a flow that was gone through to its end, and then into a queue, served
    nobody but asked for an agent. ``left_rank`` is 0 when the end was told, 3 when only the end of the call closed it.
    """

    TIMES = ("entered_at", "left_at")

    visit = IdField(primary_key=True, max_length=64)
    month = MonthField()
    call = models.ForeignKey(
        "calls.CallRecord", on_delete=models.DO_NOTHING, db_constraint=False, related_name="ivr_visits"
    )
    flow = models.CharField(max_length=32, default="", db_default="")
    version = models.PositiveIntegerField(default=1, db_default=1)
    entered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    told = models.CharField(max_length=24, default="", db_default="")
    exit = models.CharField(max_length=24, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["flow", "entered_at"], name="ivr_visit_flow")]

    def __str__(self) -> str:
        return self.visit


class QueueVisit(Scoped):
    """One stay of one call in one queue. ``exit``: answered, abandoned, overflow, system_failure; empty while it lasts.

    ``left_rank`` is 0 when the end was told, 3 when only the end of the call closed it.
    """

    TIMES = ("entered_at", "left_at")

    visit = IdField(primary_key=True, max_length=64)
    month = MonthField()
    call = models.ForeignKey(
        "calls.CallRecord", on_delete=models.DO_NOTHING, db_constraint=False, related_name="visits"
    )
    queue = models.CharField(max_length=32, default="", db_default="")
    entered_at = models.DateTimeField(null=True)
    head_start_s = models.IntegerField(default=0, db_default=0)
    service_level_s = models.IntegerField(default=15, db_default=15)
    short_abandon_s = models.IntegerField(default=5, db_default=5)
    reason = models.TextField(default="", db_default="")
    left_at = models.DateTimeField(null=True)
    left_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    exit = models.CharField(max_length=24, default="", db_default="")
    wait_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["queue", "entered_at"], name="visit_queue")]

    def __str__(self) -> str:
        return self.visit


class Offer(Scoped):
    """One ringing of one agent for one call, or one dialling by her, and the talk and wrap-up that came of it.

    ``result``: answered, rna, rejected, busy_device, unregistered, cancelled, failed, forwarded, redirected; empty
    while it rings. A dialling has no ``offered_at`` and no result of that kind but a ``dial_result``: answered, busy,
    no_answer, invalid, refused, absent, failed, cancelled, own_phone.
    talk + hold = talk end − talk start exactly.
    """

    TIMES = (
        "offered_at", "dialled_at", "talk_started_at", "ended_at", "dial_ended_at", "talk_ended_at", "wrap_ended_at",
    )  # fmt: skip

    offer = IdField(primary_key=True, max_length=64)
    month = MonthField()
    call = models.ForeignKey(
        "calls.CallRecord", on_delete=models.DO_NOTHING, db_constraint=False, related_name="offers"
    )
    visit = models.CharField(max_length=64, default="", db_default="")
    queue = models.CharField(max_length=32, default="", db_default="")
    agent = models.CharField(max_length=32, default="", db_default="")
    offered_at = models.DateTimeField(null=True)
    ring_s = models.IntegerField(default=0, db_default=0)
    waited_ms = models.BigIntegerField(null=True)
    reason = models.TextField(default="", db_default="")

    ended_at = models.DateTimeField(null=True)
    end_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    result = models.CharField(max_length=24, default="", db_default="")
    cause = models.CharField(max_length=64, default="", db_default="")
    ring_ms = models.BigIntegerField(null=True)
    misses = models.IntegerField(default=0, db_default=0)

    dialled_at = models.DateTimeField(null=True)
    dials = models.CharField(max_length=16, default="", db_default="")
    """Class of the number that was dialled."""
    shows = models.CharField(max_length=32, default="", db_default="")
    """The number that was shown to whom she dialled."""
    dial_ended_at = models.DateTimeField(null=True)
    dial_end_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    dial_result = models.CharField(max_length=16, default="", db_default="")
    dial_cause = models.CharField(max_length=64, default="", db_default="")
    dial_ms = models.BigIntegerField(null=True)

    talk_started_at = models.DateTimeField(null=True)
    talk_ended_at = models.DateTimeField(null=True)
    talk_end_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    talk_ms = models.BigIntegerField(null=True)
    hold_ms = models.BigIntegerField(null=True)
    talk_ended_by = models.CharField(max_length=16, default="", db_default="")

    wrap_ended_at = models.DateTimeField(null=True)
    wrap_ms = models.BigIntegerField(null=True)
    wrap_by = models.CharField(max_length=16, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["agent", "offered_at"], name="offer_agent")]

    def __str__(self) -> str:
        return self.offer


class AgentStateInterval(Scoped):
    """An agent in one state, from one fact to the next. ``ended_at`` is null for the newest."""

    id = IdField(primary_key=True, max_length=80)
    """Id of the fact that began it."""
    agent = models.CharField(max_length=32)
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=64, default="", db_default="")
    source = models.CharField(max_length=16, default="", db_default="")
    call_id = models.CharField(max_length=64, default="", db_default="")
    offer = models.CharField(max_length=64, default="", db_default="")
    started_at = models.DateTimeField()
    seq = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "started_at", "seq"], name="state_agent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="state_ends_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.state}"
