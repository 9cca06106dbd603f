"""What a program shows to be let in."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.models import Scope
from crm.integrations.models.integration import Integration


class Token(models.Model):
    """One key of an integration. The text that the program sends is ``sd_<prefix>_<secret>`` and is shown once; here is
    only its digest: SHA-256 suffices for 256 random bits."""

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    permissions = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("permissions"))
    """Codes of ``crm.access.permissions``, sorted."""
    scope = models.CharField(_("data scope"), max_length=16, choices=Scope.choices, default=Scope.ALL)
    allowed = ArrayField(models.CharField(max_length=43), default=list, blank=True, verbose_name=_("allowed addresses"))
    """Addresses and networks from which it is taken; empty: all."""
    rate = models.PositiveIntegerField(
        _("requests per minute"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    """None: as many as API_RATE says."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    """True to a minute."""
    used_from = models.CharField(_("last used from"), max_length=45, blank=True)

    class Meta:
        ordering = ["integration", "-made_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.integration} · {self.name}"
