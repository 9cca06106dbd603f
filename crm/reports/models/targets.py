"""What a figure should be."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportTarget(models.Model):
    """``figure`` is one of ``targets.TARGETED``; ``queue``: code of the
    queue that it is for, "" for all without one of their own. ``value`` is 0..1 of a share, else seconds; null is no
    target. Where there is no row, the figure's own default counts."""

    figure = models.CharField(_("figure"), max_length=40)
    queue = models.CharField(_("queue"), max_length=32, blank=True, default="")
    value = models.FloatField(_("target"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["figure", "queue"], name="report_target_once")]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.figure} {self.queue}".strip()
