"""One row per call: what its facts and its CDR add up to."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf, Reverse
from django.utils.translation import gettext_lazy as _

from crm.calls.models.ids import IdField, MonthField
from crm.calls.models.scope import Scoped
from crm.numbers import ERASED
from switchctl.contract.dialling import RESULTS


def _words(**options: Any) -> ArrayField:
    return ArrayField(models.CharField(max_length=16), **options)


class Outcome(models.TextChoices):
    """How a call went for the caller."""

    OPEN = "open", _("in progress")
    ANSWERED = "answered", _("answered")
    ABANDONED_IN_GREETING = "abandoned_in_greeting", _("left in the greeting")
    ABANDONED_IN_QUEUE = "abandoned_in_queue", _("left in the queue")
    BLOCKED = "blocked", _("no free line")
    REFUSED_BY_LIST = "refused_by_list", _("refused by a list")
    SYSTEM_FAILURE = "system_failure", _("system failure")
    BUSY = "busy", _("busy")
    NO_ANSWER = "no_answer", _("no answer")
    INVALID = "invalid", _("invalid number")
    REFUSED = "refused", _("refused")
    ABSENT = "absent", _("phone switched off")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("given up by the agent")
    OWN_PHONE = "own_phone", _("agent did not pick up")


OUTBOUND = (
    Outcome.BUSY,
    Outcome.NO_ANSWER,
    Outcome.INVALID,
    Outcome.REFUSED,
    Outcome.ABSENT,
    Outcome.FAILED,
    Outcome.CANCELLED,
    Outcome.OWN_PHONE,
)
"""What a dialling comes to where nobody answers."""
NOT_REACHED = "not_reached"
"""Any of them, where one asks for outcomes."""


def _dialled() -> list[When]:
    """Outcomes of diallings that nobody answered."""
    told = [When(dial_result=outcome.value, then=Value(outcome.value)) for outcome in OUTBOUND]
    outbound = Q(direction="outbound")
    causes: dict[str, list[str]] = {}
    for cause, result in RESULTS.items():
        causes.setdefault(result, []).append(cause)
    # Of a call of which only the switch's own record tells, the cause is all that is known.
    seen = [When(outbound & Q(hangup_cause__in=found), then=Value(result)) for result, found in causes.items()]
    return [*told, *seen, When(outbound, then=Value(Outcome.FAILED.value))]


NUMBER_TURNED = Reverse(Coalesce(NullIf("number_e164", Value("")), "number"))
"""The caller's number from its end: so an index finds the last digits."""


def pairs(text: Any) -> Func:
    """Each two characters of a text that follow each other, in small letters: by them an index finds pieces of it, of
    Chinese ones too."""
    return Func(Lower(text), function="calls_pairs", output_field=ArrayField(models.TextField()))


LONG_TALK_S, LONG_WAIT_S = 600, 60
"""From so many seconds on calls are rare enough for an index of their own."""


class CallRecord(Scoped):
    """One call of one customer. A record can exist before its arrival was told; then ``arrived_at`` is null.

    The ranks say how good the source of a time is (0 seen, 1 CDR, 2 inferred, 3 missing from a
    stated world); a better source replaces a worse one, whichever came first. What an agent writes
    (disposition, note) is never touched by facts.
    """

    TIMES = ("arrived_at", "answered_at", "queue_entered_at", "talk_started_at", "ended_at", "marked_at")

    call_id = IdField(primary_key=True, max_length=64)
    month = MonthField()

    direction = models.CharField(max_length=16, default="inbound", db_default="inbound")
    number = models.CharField(max_length=64, default="", db_default="", blank=True)
    number_e164 = models.CharField(max_length=20, default="", db_default="", blank=True)
    caller_name = models.CharField(max_length=200, default="", db_default="", blank=True)
    dialled = models.CharField(max_length=64, default="", db_default="", blank=True)
    trunk = models.CharField(max_length=64, default="", db_default="", blank=True)
    node = models.CharField(max_length=32, default="", db_default="", blank=True)
    entry_stage = models.CharField(max_length=32, default="", db_default="", blank=True)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )

    arrived_at = models.DateTimeField(null=True)
    arrival_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    answered_at = models.DateTimeField(null=True)
    answer_rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    queue_entered_at = models.DateTimeField(null=True)
    talk_started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_rank = models.PositiveSmallIntegerField(default=0, db_default=0)

    queue = models.CharField(max_length=32, default="", db_default="", blank=True)
    agent = models.CharField(max_length=32, default="", db_default="", blank=True)
    wait_ms = models.BigIntegerField(null=True)
    talk_ms = models.BigIntegerField(null=True)
    hold_ms = models.BigIntegerField(null=True)
    wrap_ms = models.BigIntegerField(null=True)

    hangup_cause = models.CharField(max_length=64, default="", db_default="", blank=True)
    ended_by = models.CharField(max_length=16, default="", db_default="", blank=True)
    sip_status = models.CharField(max_length=8, default="", db_default="", blank=True)
    q850 = models.CharField(max_length=8, default="", db_default="", blank=True)
    end_reason = models.TextField(default="", db_default="", blank=True)
    told_by = _words(default=list, db_default=[])
    """Who saw it: cdr, esl; sorted, each once."""
    sources = models.GeneratedField(
        db_persist=True,
        output_field=_words(),
        expression=Case(
            When(
                Q(ended_at__isnull=False, end_rank__gte=2),
                then=Func(
                    F("told_by"),
                    Value("inferred"),
                    function="array_append",
                    output_field=_words(),
                ),
            ),
            default=F("told_by"),
            output_field=_words(),
        ),
    )
    """``told_by``, and ``inferred`` while nobody is known to have seen the end."""

    marked_at = models.DateTimeField(null=True)
    marked_by = models.CharField(max_length=32, default="", db_default="", blank=True)
    """When an agent marked the customer in it for the first time, and who."""

    dial_result = models.CharField(max_length=16, default="", db_default="", blank=True)
    """Of a call that an agent dialled: what it came to (``Offer.dial_result``)."""
    failed = models.BooleanField(default=False, db_default=False)
    """A queue visit ended by a fault of ours."""
    open_parts = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Visits, offers and wrap-ups of this call that have not ended."""

    disposition = models.ForeignKey(
        "telephony.Disposition", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.TextField(default="", db_default="", blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField(null=True)

    outcome = models.GeneratedField(
        db_persist=True,
        output_field=models.CharField(max_length=24, choices=Outcome.choices),
        expression=Case(
            When(ended_at__isnull=True, then=Value(Outcome.OPEN.value)),
            When(talk_started_at__isnull=False, then=Value(Outcome.ANSWERED.value)),
            *_dialled(),
            When(entry_stage="blocked", then=Value(Outcome.BLOCKED.value)),
            When(entry_stage="refused", queue_entered_at__isnull=True, then=Value(Outcome.REFUSED_BY_LIST.value)),
            When(Q(failed=True) | Q(ended_by="system"), then=Value(Outcome.SYSTEM_FAILURE.value)),
            When(queue_entered_at__isnull=False, then=Value(Outcome.ABANDONED_IN_QUEUE.value)),
            default=Value(Outcome.ABANDONED_IN_GREETING.value),
        ),
    )
    final = models.GeneratedField(
        db_persist=True,
        output_field=models.BooleanField(),
        expression=Case(
            When(Q(arrived_at__isnull=False, ended_at__isnull=False, open_parts=0), then=Value(True)),
            default=Value(False),
        ),
    )

    class Meta:
        indexes = [
            models.Index(fields=["arrived_at", "call_id"], name="record_newest"),
            models.Index(fields=["number_e164", "arrived_at"], condition=~Q(number_e164=""), name="record_number"),
            # The queue last: where a department asks for one that its agents hardly serve, the entries say so.
            models.Index(fields=["agent", "arrived_at", "queue"], condition=~Q(agent=""), name="record_agent"),
            models.Index(fields=["node"], condition=Q(ended_at__isnull=True) | Q(end_rank=3), name="record_open"),
            # For the filters of the list. What most calls have in common needs none: the newest show enough of it.
            models.Index(fields=["queue", "arrived_at"], condition=~Q(queue=""), name="record_queue"),
            models.Index(
                fields=["outcome", "arrived_at"],
                condition=~Q(outcome="answered") & ~Q(outcome="open"),
                name="record_outcome",
            ),
            models.Index(fields=["arrived_at"], condition=Q(direction="outbound"), name="record_outbound"),
            models.Index(fields=["arrived_at"], condition=Q(ended_by="system"), name="record_by_system"),
            models.Index(fields=["talk_ms"], condition=Q(talk_ms__gte=LONG_TALK_S * 1000), name="record_long_talk"),
            models.Index(fields=["wait_ms"], condition=Q(wait_ms__gte=LONG_WAIT_S * 1000), name="record_long_wait"),
            models.Index(
                fields=["disposition", "arrived_at"],
                condition=Q(disposition__isnull=False),
                name="record_disposition",
            ),
            models.Index(fields=["arrived_at"], condition=Q(marked_at__isnull=False), name="record_marked"),
            models.Index(OpClass(NUMBER_TURNED, name="text_pattern_ops"), name="record_number_end"),
            GinIndex(pairs("note"), condition=~Q(note=""), name="record_note_pairs"),
        ]
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def __str__(self) -> str:
        return self.call_id

    @property
    def may_be_called(self) -> bool:
        """Whether there is a number to call back."""
        return bool(self.number) and not self.number.startswith(ERASED)
