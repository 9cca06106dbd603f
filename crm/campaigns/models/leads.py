"""A lead: one customer whom a campaign is to reach."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.campaigns.models.campaigns import Campaign
from crm.campaigns.models.fills import Fill


class LeadState(models.TextChoices):
    """What may follow what stands in ``leads.steps``."""

    OPEN = "open", _("to be called")
    CLAIMED = "claimed", _("being called")
    CALLBACK = "callback", _("callback agreed")
    CLOSED = "closed", _("closed")


class Lead(models.Model):
    """``number``, ``zone`` and ``due_at`` say what is dialled next and when; the claim looks at nothing else first."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="leads", db_index=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="leads")
    fill = models.ForeignKey(Fill, on_delete=models.SET_NULL, null=True, related_name="leads", db_index=False)
    state = models.CharField(max_length=8, choices=LeadState.choices, default=LeadState.OPEN)
    number = models.CharField(max_length=20)
    """E.164: which of the customer's numbers is called next."""
    zone = models.CharField(max_length=160)
    """Time zones of that number, sorted, with commas between (``hours.zones``)."""
    due_at = models.DateTimeField()
    priority = models.SmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    """Diallings that count; what the network failed does not."""
    row = models.PositiveSmallIntegerField(default=0)
    """How often in a row the last outcome came."""
    outcome = models.CharField(max_length=16, blank=True, default="")
    """The last one: an outcome of ``calls.models.Outcome`` or a verdict of the agent; of a closed one why."""
    tried_at = models.DateTimeField(null=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """Who spoke with the customer last."""
    skips = models.PositiveSmallIntegerField(default=0)
    """How often agents who looked at it passed it on."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "customer"], name="lead_once")]
        indexes = [
            models.Index(
                fields=["campaign", "zone", "-priority", "due_at", "id"], condition=Q(state="open"), name="lead_next"
            ),
            models.Index(fields=["campaign", "state", "outcome"], name="lead_state"),
        ]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.customer_id}"


class ClosedNumber(models.Model):
    """A number that is no use: invalid, not hers, or shared by somebody who wants no calls. Campaigns pass it by."""

    number = models.CharField(max_length=20)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=16)
    """invalid, wrong_party or refused."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "customer"], name="closed_number_once")]
        verbose_name = _("closed number")
        verbose_name_plural = _("closed numbers")

    def __str__(self) -> str:
        return self.number
