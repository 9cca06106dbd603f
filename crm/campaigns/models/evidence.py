"""The evidence of why each call was allowed and what became of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.sheets.orders.rows import Order


class Evidence(models.Model):
    """One step of one attempt. Rows are only ever added; ``digest`` is SHA-256 over the row before and this one, as
    ``evidence.chain`` says. What is personal stands apart in ``personal``: it can be erased, the chain holds on over
    its keyed digest in ``facts``."""

    seq = models.BigAutoField(primary_key=True)
    attempt = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=12)
    """A code of ``evidence.words.KINDS``."""
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


class EvidenceExport(Order):
    """An order to write evidence into a file."""

    filters = models.JSONField(default=dict)
    """The query of the list, name → value; a number in it goes when the order is through."""

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-asked_at"], name="evidence_export_hers"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "writing", "ready"]), name="evidence_export_live"
            ),
        ]
        verbose_name = _("export of evidence")
        verbose_name_plural = _("exports of evidence")


class EvidenceKeeping(models.Model):
    """The one row that says how long evidence is kept; without it ``YEARS``."""

    YEARS = 5
    years = models.PositiveSmallIntegerField(
        _("years"), default=YEARS, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="evidence_keeping_once")]
        verbose_name = _("keeping of evidence")
        verbose_name_plural = _("keeping of evidence")

    def __str__(self) -> str:
        return str(self.years)
