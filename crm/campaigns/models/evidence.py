"""The evidence of why each call was allowed and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """One step of one attempt. Rows are only ever added; ``digest`` is SHA-256 over the row before and this one, as
    ``evidence.chain`` says. What is personal stands apart in ``personal``: it can be erased, the chain holds on over
    its keyed digest in ``facts``."""

    seq = models.BigAutoField(primary_key=True)
    attempt = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=12)
    """allowed, refused, dialled, ended, returned, verdict."""
    at = models.DateTimeField()
    facts = models.JSONField()
    personal = models.JSONField(null=True)
    digest = models.BinaryField()

    class Meta:
        managed = False  # migrations make it; ``flush`` would try to empty it, which the database refuses
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.attempt}"
