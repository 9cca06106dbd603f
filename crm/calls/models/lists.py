"""How people arrange the list of calls: what they see in it, and what they have taken out of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def _codes() -> ArrayField:
    return ArrayField(models.CharField(max_length=24), default=list)


class CallView(models.Model):
    """Filters and columns under a name. It opens nothing: who looks through it sees the calls that she may see."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict)
    """As ``Filters.said`` says them, without what is personal."""
    columns = _codes()
    roles = models.ManyToManyField("accounts.Role", blank=True, related_name="+")
    """Whose holders see it, too."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="call_view_once")]
        verbose_name = _("view of calls")
        verbose_name_plural = _("views of calls")

    def __str__(self) -> str:
        return self.name


class CallChoice(models.Model):
    """What one user chose for her list: its columns (none: those that everybody has), and where it begins."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    columns = _codes()
    view = models.ForeignKey(CallView, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.user)


class CallExport(models.Model):
    """An order to write calls into a file. The row is the order; a task finds it and notes here how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITING = "writing", _("being written")
        READY = "ready", _("ready")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("removed")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    form = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    filters = models.JSONField(default=dict)
    """As ``Filters.said`` says them; what is personal goes when the order is through."""
    calls = ArrayField(models.CharField(max_length=64), default=list)
    """Ids of those that were ticked; none: all that the filters find."""
    columns = _codes()
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
        indexes = [
            models.Index(fields=["owner", "-asked_at"], name="call_export_hers"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "writing", "ready"]), name="call_export_live"
            ),
        ]
        verbose_name = _("export of calls")
        verbose_name_plural = _("exports of calls")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def pending(self) -> bool:
        """Whether something is still going to happen by itself soon."""
        return self.state in (self.State.WAITING, self.State.WRITING)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.written // self.expected) if self.expected else 0
