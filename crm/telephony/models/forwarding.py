"""Where an extension's calls go on to, and when."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

number_is_typed = RegexValidator(
    r"^\+?[0-9][0-9 ()./-]{1,24}\Z", _("A number is digits, perhaps with a + before them.")
)  # fmt: skip


class Forwarding(models.Model):
    """One of the three that an extension can have. The hours are those of the centre."""

    class How(models.TextChoices):
        ALWAYS = "always", _("Unconditional")
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")

    extension = models.ForeignKey(
        "telephony.Extension", on_delete=models.CASCADE, related_name="forwardings", verbose_name=_("extension")
    )
    how = models.CharField(_("when"), max_length=16, choices=How.choices)
    active = models.BooleanField(_("in force"), default=True)
    number = models.CharField(_("forwarded to"), max_length=26, validators=[number_is_typed])
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("days"))
    """1 is Monday; none: every day."""
    since = models.TimeField(_("from"), null=True, blank=True)
    until = models.TimeField(_("until"), null=True, blank=True)
    """Both or neither; before ``since``: of the next day."""

    class Meta:
        ordering = ["extension", "how"]
        constraints = [
            models.UniqueConstraint(fields=["extension", "how"], name="forwarding_once"),
            models.CheckConstraint(
                condition=models.Q(since__isnull=True, until__isnull=True)
                | models.Q(since__isnull=False, until__isnull=False),
                name="forwarding_hours_are_whole",
            ),
        ]
        verbose_name = _("forwarding")
        verbose_name_plural = _("forwardings")

    def __str__(self) -> str:
        return f"{self.extension} → {self.number}"
