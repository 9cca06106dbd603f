"""Alarms: one row from the moment something is wrong until it is right again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """How soon somebody must look."""

    WARNING = "warning", _("warning")
    CRITICAL = "critical", _("critical")


class Alarm(models.Model):
    """``text`` is a msgid and ``params`` fill it, so that each reader has it in her language.

    There is at most one open alarm of a ``code`` and ``subject`` (a node, a day, "" where there is only one).
    """

    code = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    severity = models.CharField(max_length=16, choices=Severity.choices)
    text = models.TextField()
    params = models.JSONField(default=dict)
    raised_at = models.DateTimeField(db_index=True)
    last_seen_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    """How often it was found, from the first time on."""
    cleared_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=16, default="", db_default="", blank=True)
    """What mail and webhooks were told last: a severity, ``over``, or nothing yet."""
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"], condition=Q(cleared_at__isnull=True), name="alarm_open_once"
            )
        ]
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")

    def __str__(self) -> str:
        return f"{self.code} {self.subject}".strip()


class Limit(models.Model):
    """From where on a figure of the floor is wrong. ``of``: code of a queue or of a pause reason, "" for the centre.

    ``code`` is one of ``rules.RULES``, which also tells the unit. Null is no such limit. ``told``: of the centre's
    row, whether mail and webhooks hear of it.
    """

    code = models.CharField(_("rule"), max_length=40)
    of = models.CharField(_("queue or reason"), max_length=32, blank=True)
    warning = models.FloatField(_("warning"), null=True)
    critical = models.FloatField(_("critical"), null=True)
    told = models.BooleanField(_("by mail and webhook"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "of"], name="limit_once")]
        verbose_name = _("limit")
        verbose_name_plural = _("limits")

    def __str__(self) -> str:
        return f"{self.code} {self.of}".strip()
