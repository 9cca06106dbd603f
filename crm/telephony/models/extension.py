"""Numbers inside: what a phone may register as."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.accounts.models.user import extension_is_digits


class Extension(models.Model):
    """One number inside. Its secret is not kept, only what the switch checks it against."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("desk phone or program")
        BROWSER = "browser", _("browser")

    number = models.CharField(
        _("number"), max_length=8, unique=True, validators=[extension_is_digits],
        error_messages={"unique": _("This extension is taken.")},
    )  # fmt: skip
    name = models.CharField(_("location"), max_length=80, blank=True)
    """Where it stands, such as ``reception``; who sits there is ``user``."""
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.PHONE)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="phone",
        verbose_name=_("user"), editable=False,
    )  # fmt: skip
    """Follows ``User.extension``."""
    private = models.BooleanField(_("private"), default=False, db_default=False)
    """Nobody joins its calls or picks them up without ``agents.private``."""
    sealed = models.TextField(_("secret"), editable=False, blank=True)
    """The sealed a1-hash; empty: no phone may register yet."""
    realm = models.CharField(_("domain"), max_length=255, editable=False, blank=True)
    """For which domain the hash was made."""
    secret_at = models.DateTimeField(_("secret made"), null=True, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")

    def __str__(self) -> str:
        return self.number
