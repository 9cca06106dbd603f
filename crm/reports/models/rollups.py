"""Half-hours, days and closed months, counted from rows of calls. Nothing here is ever counted up: it is computed anew.

Rows are keyed by ``version``, too: where a count is defined anew it rises, and the old rows stay.
"""

from dataclasses import fields
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.reports.kpi.sums import SPEED, AgentSums, QueueSums, Sums, TrunkSums

VERSION = 1
"""Of the way in which the columns are counted."""


def _counted(sums: type[Sums]) -> type[models.Model]:
    """An abstract model with a column for each whole number of ``sums``."""
    columns: dict[str, Any] = {
        one.name: models.BigIntegerField(default=0, db_default=0) for one in fields(sums) if one.type in (int, "int")
    }
    meta = type("Meta", (), {"abstract": True})
    return type(f"Counted{sums.__name__}", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


def _numbers(big: bool = False) -> ArrayField:
    return ArrayField(models.BigIntegerField() if big else models.IntegerField(), default=list, db_default=[])


class Bucket(models.Model):
    """``start`` is an instant; ``by``: offered or event time; ``final``: nothing of it is open."""

    start = models.DateTimeField()
    by = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()
    final = models.BooleanField()

    class Meta:
        abstract = True


class QueueBucket(Bucket, _counted(QueueSums)):
    """``wait_s`` and ``wait_n``: whole seconds of waiting of answered visits, and how many waited so long;
    ``online_s`` and ``online_n``: the same of talk with hold. ``callers`` and ``repeaters`` are ids of ``Caller``:
    who called, and who had called within the 24 hours before."""

    queue = models.CharField(max_length=32)
    wait_s = _numbers()
    wait_n = _numbers()
    online_s = _numbers()
    online_n = _numbers()
    callers = _numbers()
    repeaters = _numbers()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.queue} {self.start}"


class QueueHalfHour(QueueBucket):
    """The index of its key has what the reports read that look at each half-hour of a year (``rollup.halves``)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "by", "version", "start"], include=["final", *SPEED], name="queue_half_hour_once"
            )
        ]


class QueueDay(QueueBucket):
    """A local day, from its half-hours."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "by", "version", "start"], name="queue_day_once")]
        indexes = [models.Index(fields=["version", "start"], name="queue_day_by_time")]


class QueueMonth(QueueBucket):
    """A closed month, from its days; ``callers`` and ``repeaters`` are roaring bitmaps (``rollup.sets``): of a month
    they are too many to be looked through one by one."""

    callers = models.BinaryField(default=b"")
    repeaters = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "by", "version", "start"], name="queue_month_once")]


class AgentBucket(Bucket, _counted(AgentSums)):
    """``break_ms`` of the pauses with ``break_codes``, in their order. Of states only what is over is counted."""

    agent = models.CharField(max_length=32)
    break_codes = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    break_ms = _numbers(big=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.agent} {self.start}"


class AgentHalfHour(AgentBucket):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "by", "version", "start"], name="agent_half_hour_once")]


class AgentDay(AgentBucket):
    """A local day, from its half-hours."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "by", "version", "start"], name="agent_day_once")]
        indexes = [models.Index(fields=["version", "start"], name="agent_day_by_time")]


class AgentMonth(AgentBucket):
    """A closed month, from its days."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "by", "version", "start"], name="agent_month_once")]


class TrunkBucket(Bucket, _counted(TrunkSums)):
    """A call has one time at which it arrives: ``by`` is always offered."""

    trunk = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.trunk} {self.start}"


class TrunkHalfHour(TrunkBucket):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["trunk", "by", "version", "start"], name="trunk_half_hour_once")]


class TrunkDay(TrunkBucket):
    """A local day, from its half-hours."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trunk", "by", "version", "start"], name="trunk_day_once")]
        indexes = [models.Index(fields=["version", "start"], name="trunk_day_by_time")]


class TrunkMonth(TrunkBucket):
    """A closed month, from its days."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trunk", "by", "version", "start"], name="trunk_month_once")]


class ClosedMonth(models.Model):
    """The rows of a month that begins at ``start`` say what its days say (``kind``: of ``rollup.months``).

    Without this row those of the month, if there are any, are out of date and nobody reads them: it is made in the
    transaction that makes them, and removed in the one that counts a day of the month anew.
    """

    kind = models.CharField(max_length=16)
    start = models.DateTimeField()
    version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "start", "version"], name="month_closed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.start}"


class Caller(models.Model):
    """A number, or the token of one that was erased, under an id: sets of callers are sets of ids."""

    id = models.AutoField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return str(self.pk)


class Mark(models.Model):
    """Something of ``keys`` changed that touches the half-hours of ``since`` to ``until`` (what ``kind`` says: below).

    Made by the tables' own triggers in the transaction of the change; never altered, so that no writer waits for
    another; deleted by whoever counted anew after reading it.
    """

    class Kind(models.TextChoices):
        QUEUE = "queue"
        AGENT = "agent"
        TRUNK = "trunk"
        CALLS = "calls"
        """Records that an agent has ("" for none), by their arrival."""
        PARTS = "parts"
        """Ids of calls of which visits or alerts changed; stored by the month of ``since`` or one beside it."""
        CALLERS = "callers"
        """Ids of calls that came, or of which the number, the arrival or the direction changed; stored as above."""
        FLOWS = "flows"
        """Ids of calls that went through a flow to its end; stored as above."""
        NUMBERS = "numbers"
        """Numbers (E.164) that a call had which arrived in the quarter of ``since`` and has it no more."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    keys = ArrayField(models.CharField(max_length=64))
    since = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"
