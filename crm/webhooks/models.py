"""Receivers of events, and what they did not take."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.models import Scope
from crm.integrations.models import Integration
from crm.webhooks.words import failure

MOST_TOGETHER = 500


class State(models.TextChoices):
    """Whether a webhook sends."""

    ACTIVE = "active", pgettext_lazy("of a webhook", "active")
    PAUSED = "paused", pgettext_lazy("of a webhook", "paused")
    GONE = "gone", pgettext_lazy("of a webhook", "ended by the receiver")


def _words(label: object) -> ArrayField:
    return ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=label)


class Webhook(models.Model):
    """One receiver. ``kinds``, ``queues``, ``agents`` and ``campaigns`` narrow what it is sent; empty: all that its
    data scope reaches. ``sealed`` and ``sealed_before`` are its secrets, see ``secrets``."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="webhooks", verbose_name=_("integration")
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    url = models.CharField(_("address"), max_length=2000)
    kinds = _words(_("kinds of events"))
    queues = _words(_("queues"))
    agents = _words(_("agents"))
    campaigns = _words(_("campaigns"))
    scope = models.CharField(_("data scope"), max_length=16, choices=Scope.choices, default=Scope.ALL)
    whole = models.BooleanField(_("numbers are sent whole"), default=False)
    together = models.PositiveSmallIntegerField(
        _("events in one request at most"), default=100,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TOGETHER)],
    )  # fmt: skip
    sealed = models.TextField(_("secret"))
    sealed_before = models.TextField(_("secret before"), blank=True)
    before_until = models.DateTimeField(_("secret before is used until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))

    position = models.BigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    """Failures in a row."""
    failing_since = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """When it is tried again."""
    sent_at = models.DateTimeField(null=True, blank=True)
    """When it last took something."""
    said = models.CharField(max_length=300, blank=True)
    """What the last failure was, see ``words``."""

    class Meta:
        ordering = ["integration", "name"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name

    @property
    def failure(self) -> str:
        return failure(self.said)


class Undelivered(models.Model):
    """An event that a receiver did not take. ``wanted_at``: somebody asked to send it again; ``done_at``: it was taken
    then."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="undelivered")
    event = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    call_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    """When it was given up."""
    said = models.CharField(max_length=300)
    wanted_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["webhook", "event"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="undelivered_once")]
        indexes = [
            models.Index(fields=["webhook"], condition=models.Q(wanted_at__isnull=False), name="undelivered_wanted")
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.event}"

    @property
    def failure(self) -> str:
        return failure(self.said)
