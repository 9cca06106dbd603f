"""Rows of who tried to come in, who is in, and with what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Tries(models.Model):
    """How often somebody failed lately, by account (the login as typed, known or not), address or second factor."""

    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="tries_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.count}"


class PastPassword(models.Model):
    """The hash of a password that a user has or had."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="past_passwords")
    hash = models.CharField(max_length=256)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.set_at}"


class LoginSession(models.Model):
    """Where a user is logged in. Lives as long as the session of Django whose key it holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="login_sessions", verbose_name=_("user")
    )
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=300, blank=True)
    """What the browser said it is (User-Agent), cut."""
    since = models.DateTimeField(_("since"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last seen"))
    """The last request that a person caused; rounded to SEEN_EVERY."""

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user} {self.address}"


class SecondFactor(models.Model):
    """A user's authenticator app (TOTP)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.CharField(max_length=300)
    """Encrypted with a key that comes from SECRET_KEY."""
    last_step = models.BigIntegerField(default=0)
    """The step of 30 s whose code was used last: a code counts once."""
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """One of the codes that replace the app once each; ``digest`` is keyed, the code itself is kept nowhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.user)
