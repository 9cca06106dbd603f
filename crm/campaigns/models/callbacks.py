"""A call that was agreed, or that somebody wants made at a moment."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.campaigns.models.campaigns import Campaign
from crm.campaigns.models.leads import Lead


class CallbackState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CALLED = "called", _("being called")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    DROPPED = "dropped", _("dropped, for something changed")
    FAILED = "failed", _("not reached")


class Callback(models.Model):
    """Personal while ``agent`` is set: hers at its time; ``pool_after_s`` later anybody's of the campaign, or nobody's
    if there is none."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, blank=True, related_name="callbacks")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, null=True, blank=True, related_name="callbacks")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="callbacks")
    number = models.CharField(_("number"), max_length=20)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="callbacks",
        verbose_name=_("agent"),
    )  # fmt: skip
    due_at = models.DateTimeField(_("due"))
    pool_after_s = models.PositiveIntegerField(default=1800)
    note = models.CharField(_("note"), max_length=400, blank=True)
    untouched = models.BooleanField(_("only if nothing changed until then"), default=False)
    touched = models.JSONField(default=dict)
    """Of ``untouched``: what the customer was like when it was set (``callbacks.touched``)."""
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.WAITING)
    why = models.CharField(max_length=16, blank=True, default="")
    """Why it waits still, or ended as it did: a code of ``callbacks.words``."""
    tries_made = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    """Of one that was tried: when the next time is; null: ``due_at``."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(auto_now_add=True)
    call_id = models.CharField(max_length=64, blank=True, default="")
    """The call in which it was agreed."""

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="callback_due")]
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.due_at:%Y-%m-%d %H:%M}"
