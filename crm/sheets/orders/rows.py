"""An order to write a file."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Order(models.Model):
    """An order to write rows into a file. The row is the order; a task finds it and notes here how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITING = "writing", _("being written")
        READY = "ready", _("ready")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("removed")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(
        "integrations.Token", on_delete=models.CASCADE, related_name="+", null=True, db_index=False
    )  # fmt: skip
    """By which a program ordered it: the file holds what that one may see, and is handed to it alone."""
    asked_at = models.DateTimeField(auto_now_add=True)
    form = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    expected = models.PositiveIntegerField(null=True)
    written = models.PositiveIntegerField(default=0)
    begun = models.PositiveIntegerField(default=0)
    """How often it was begun: more than once after a worker died."""
    size = models.BigIntegerField(default=0)
    """Bytes of the file."""
    finished_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, default="", blank=True)
    """Why it failed: a code."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def pending(self) -> bool:
        """Whether something is still going to happen by itself soon."""
        return self.state in PENDING

    @property
    def percent(self) -> int:
        return min(100, 100 * self.written // self.expected) if self.expected else 0


PENDING = (Order.State.WAITING, Order.State.WRITING)
