"""Orders to write customers into a file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.sheets.orders.rows import Order


class CustomerExport(Order):
    """An order to write customers into a file."""

    filters = models.JSONField(default=dict)
    """The query of the list, name → values; what is personal goes when the order is through."""
    customers = ArrayField(models.BigIntegerField(), default=list)
    """Those that were ticked; none: all that the filters find."""

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-asked_at"], name="customer_export_hers"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "writing", "ready"]), name="customer_export_live"
            ),
        ]
        verbose_name = _("export of customers")
        verbose_name_plural = _("exports of customers")
