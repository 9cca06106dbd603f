"""How people arrange the list of calls: what they see in it, and what they have taken out of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.sheets.orders.rows import Order


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


class CallExport(Order):
    """An order to write calls into a file."""

    filters = models.JSONField(default=dict)
    """As ``Filters.said`` says them; what is personal goes when the order is through."""
    calls = ArrayField(models.CharField(max_length=64), default=list)
    """Ids of those that were ticked; none: all that the filters find."""
    columns = _codes()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-asked_at"], name="call_export_hers"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "writing", "ready"]), name="call_export_live"
            ),
        ]
        verbose_name = _("export of calls")
        verbose_name_plural = _("exports of calls")
