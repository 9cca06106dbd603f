"""Numbers that were erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasedNumber(models.Model):
    """A number that was erased, as a keyed digest: what comes late of its old calls is erased as it comes.

    ``token`` stands in its place, the same each time: figures that count callers stay true.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    token = models.CharField(max_length=16, unique=True)
    erased_at = models.DateTimeField()

    class Meta:
        verbose_name = _("erased number")
        verbose_name_plural = _("erased numbers")

    def __str__(self) -> str:
        return self.token
