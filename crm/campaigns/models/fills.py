"""An order to take customers into a campaign; a task carries it out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.campaigns.models.campaigns import Campaign


class FillState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being taken in")
    DONE = "done", _("taken in")
    FAILED = "failed", _("failed")


class Deed(models.TextChoices):
    """What is ordered: customers become leads, or leads that a filter finds are called again, or not any more."""

    TAKE = "take", _("customers taken in")
    REOPEN = "reopen", _("leads opened again")
    OUT = "out", _("leads taken out")


class Fill(models.Model):
    """The customers of an import's package, or those whom a filter of the customers' list finds, as far as its orderer
    may see them when the order is carried out. ``counts``: taken, already, no_number, listed (do not call), closed.

    Of the other deeds ``filters`` are those of the campaign's leads, and ``upto`` is the id of the last lead.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="fills")
    package = models.ForeignKey(
        "customers.Package", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("list"),
    )  # fmt: skip
    deed = models.CharField(_("what is done with them"), max_length=8, choices=Deed.choices, default=Deed.TAKE)
    filters = models.JSONField(default=dict, blank=True)
    customers = models.JSONField(default=list, blank=True)
    """Ids of those that were ticked; none: all that the filters find."""
    priority = models.SmallIntegerField(_("priority"), default=0)
    state = models.CharField(max_length=8, choices=FillState.choices, default=FillState.WAITING)
    reason = models.CharField(max_length=32, blank=True)
    upto = models.BigIntegerField(default=0)
    """Id of the last customer who was looked at: where a worker that died left off."""
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("taking in of leads")
        verbose_name_plural = _("takings in of leads")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.get_state_display()}"
