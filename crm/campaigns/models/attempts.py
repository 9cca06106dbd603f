"""An attempt: one dial of one number, written before it is dialled and never twice."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.calls.models.ids import IdField
from crm.campaigns.models.campaigns import Campaign, Mode
from crm.campaigns.models.leads import Lead


class AttemptState(models.TextChoices):
    """What may follow what stands in ``attempts.steps``."""

    SHOWN = "shown", _("shown to the agent")
    HANDED = "handed", _("handed over for dialling")
    DIALLED = "dialled", _("dialled")
    ENDED = "ended", pgettext_lazy("of a dialling", "ended")
    RETURNED = "returned", _("not dialled")


class Attempt(models.Model):
    """``id`` is the call's: the UUID of the customer's leg. One that was handed over may be dialled until
    ``expires_at`` and never afterwards."""

    id = IdField(primary_key=True, max_length=64)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="attempts", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, null=True, related_name="tries")
    callback = models.ForeignKey("campaigns.Callback", on_delete=models.SET_NULL, null=True, related_name="tries")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    number = models.CharField(max_length=20)
    mode = models.CharField(max_length=12, choices=Mode.choices)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """To whom it was shown or for whom it was dialled; of a progressive one she is known with the call."""
    state = models.CharField(max_length=8, choices=AttemptState.choices)
    made_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """End of the hours in which it may be dialled."""
    term = models.CharField(max_length=80, blank=True, default="")
    """Daemon and term of leadership to whom it was handed over, ``<journal>:<epoch>``."""
    dialled_at = models.DateTimeField(null=True)
    rang_at = models.DateTimeField(null=True)
    """When the customer's phone began to ring, as the switch recorded it; null: it told of no ringing."""
    answered_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    """An outcome of a call; ``unknown``: it may have been dialled and nobody saw what became of it; of one that was not
    dialled why: skipped, expired, refused."""
    cause = models.CharField(max_length=64, blank=True, default="")
    q850 = models.CharField(max_length=8, blank=True, default="")
    sip_status = models.CharField(max_length=8, blank=True, default="")
    verdict = models.CharField(max_length=12, blank=True, default="")
    """Meaning of the disposition that was digested."""
    disposition = models.CharField(max_length=32, blank=True, default="")
    """Code of that disposition."""
    restated = models.BooleanField(default=False)
    """Another disposition was chosen after one had been digested."""
    recorded = models.BooleanField(default=False)
    """The evidence has what the switch recorded of it."""

    class Meta:
        indexes = [
            # All that guard.counts asks for: what it counts lies wide apart in the table.
            models.Index(
                fields=["number", "made_at"],
                include=["customer", "campaign", "state", "handed_at"],
                name="attempt_of_number",
            ),
            models.Index(
                fields=["customer", "made_at"],
                include=["number", "campaign", "state", "handed_at"],
                name="attempt_of_customer",
            ),
            models.Index(
                fields=["state", "made_at"], condition=Q(state__in=["shown", "handed", "dialled"]), name="attempt_open"
            ),
            models.Index(fields=["campaign", "made_at"], name="attempt_campaign"),
            models.Index(
                fields=["ended_at"], condition=Q(state="ended", outcome="answered", verdict=""), name="attempt_unsaid"
            ),
            models.Index(fields=["ended_at"], condition=Q(state="ended", outcome="unknown"), name="attempt_unknown"),
            models.Index(fields=["ended_at"], condition=Q(restated=True), name="attempt_restated"),
            models.Index(fields=["ended_at"], condition=Q(state="ended", recorded=False), name="attempt_unrecorded"),
        ]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return self.id
