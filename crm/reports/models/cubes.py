"""Calls by their kinds and talks by their lengths: days counted from rows of calls, and the months of such days.

Of days in which nothing was there is no row. Rows of another ``version`` are out of date.
"""

from typing import Any

from django.db import models

from crm.reports.kpi.lengths import COLUMNS


class CallCount(models.Model):
    """Calls that arrived from ``start`` on (a local midnight; in a month: that of its first) and have all of this in
    common; ``spoke``: those of them that were answered. ``disposition`` is an id, 0 for none."""

    start = models.DateTimeField()
    direction = models.CharField(max_length=16)
    queue = models.CharField(max_length=32)
    dialled = models.CharField(max_length=64)
    disposition = models.BigIntegerField()
    version = models.PositiveSmallIntegerField()
    calls = models.IntegerField()
    spoke = models.IntegerField()
    talk_ms = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.queue or self.dialled} {self.start}"


class AgentCallCount(CallCount):
    """``agent``: "" for calls that reached nobody."""

    agent = models.CharField(max_length=32)

    class Meta:
        abstract = True


_OF = ("version", "direction", "queue", "dialled", "disposition")


class CallDay(AgentCallCount):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["start", "agent", *_OF], name="call_day_once")]


class CallMonth(AgentCallCount):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["start", "agent", *_OF], name="call_month_once")]


class CentreCallDay(CallCount):
    """All agents together: for who sees everything, a day of hundreds of agents is a few rows."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["start", *_OF], name="centre_call_day_once")]


class CentreCallMonth(CallCount):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["start", *_OF], name="centre_call_month_once")]


def _bars() -> type[models.Model]:
    """An abstract model with a column for each count of each bar. (Of arrays a sum takes four times as long.)"""
    columns: dict[str, Any] = {name: models.BigIntegerField() for name in COLUMNS}
    meta = type("Meta", (), {"abstract": True})
    return type("Bars", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


class TalkCount(_bars()):  # type: ignore[misc]
    """Talks of an agent from ``start`` on (a local midnight) by offered or event time (``by``), with what was counted
    of each bar of lengths (``kpi.lengths``)."""

    start = models.DateTimeField()
    agent = models.CharField(max_length=32)
    by = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.agent} {self.start}"


class TalkDay(TalkCount):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["start", "by", "version", "agent"], name="talk_day_once")]


class TalkMonth(TalkCount):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["start", "by", "version", "agent"], name="talk_month_once")]
