"""The facts as the daemon told them, and the entries that could not be read."""

from django.db import models
from django.db.models import Q

from crm.calls.models.ids import IdField
from crm.calls.models.scope import Scoped


class Fact(Scoped):
    """One fact. Rows are only ever added; ``payload`` is the whole fact as told."""

    id = IdField(primary_key=True, max_length=80)
    seq = models.BigIntegerField()
    journal = models.CharField(max_length=60)
    at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    call_id = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=32, blank=True)
    node = models.CharField(max_length=32, blank=True)
    payload = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["call_id", "at", "seq"], condition=~Q(call_id=""), name="fact_timeline"),
            models.Index(fields=["agent", "at"], condition=~Q(agent="") & Q(call_id=""), name="fact_agent_alone"),
            models.Index(fields=["node", "at"], condition=Q(kind="WorldStated"), name="fact_world"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class DeadLetter(models.Model):
    """A stream entry or CDR file that could not be turned into rows, with the reason."""

    source = models.CharField(max_length=200)
    entry = models.CharField(max_length=200)
    raw = models.BinaryField()
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "entry"], name="dead_letter_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.entry}"


class JournalMark(models.Model):
    """Up to ``seq`` all facts of a journal are rows."""

    journal = IdField(primary_key=True, max_length=60)
    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.journal}:{self.seq}"
