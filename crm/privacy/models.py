"""Tombstones: that somebody was erased, when, by whom and why, and nothing of who it was."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """One person's erasure. What it needs to know of her stands in ``pending`` until it is through, no longer."""

    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    reason = models.CharField(_("reason"), max_length=400)
    customers = ArrayField(models.BigIntegerField(), default=list)
    """Ids of rows that stay as tombstones."""
    pending = models.JSONField(default=dict)
    """``numbers`` (E.164) and ``names``; empty when it is through."""
    calls = models.PositiveIntegerField(_("calls"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)
    entries = models.PositiveIntegerField(_("audit entries"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return str(self.pk)
