"""Programs that come in through the API."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Integration(models.Model):
    """A program. ``user`` is it in rows and in the audit: a user without password and roles, whose department is where
    the data scopes of its tokens begin; it is inactive once the integration has ended."""

    name = models.CharField(
        pgettext_lazy("of a thing", "name"), max_length=80, unique=True,
        error_messages={"unique": _("There is an integration of this name.")},
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="integration", verbose_name=_("user")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")

    def __str__(self) -> str:
        return self.name
