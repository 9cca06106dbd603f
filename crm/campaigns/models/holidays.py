"""Days on which nobody is called."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.labels import Labelled


class Holiday(Labelled):
    """A day of a country, by the calling code of its numbers (``86``); "" = of all."""

    day = models.DateField(_("day"))
    country = models.CharField(_("calling code"), max_length=4, blank=True)

    class Meta:
        ordering = ["day", "country"]
        constraints = [models.UniqueConstraint(fields=["day", "country"], name="holiday_once")]
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
