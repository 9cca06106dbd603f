"""Sounds that campaigns play."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SoundKind(models.TextChoices):
    PROMPT = "prompt", _("prompt before the talk")
    MUSIC = "music", _("music on hold")


class Sound(models.Model):
    """A sound of the whole centre. ``file`` is what campaigns keep and the switch is told: made here, never typed.

    Of one that lies on the switches only (typed in before sounds were uploaded), ``sha256`` is empty, and neither
    ``size`` (bytes) nor ``ms`` (milliseconds) is known.
    """

    name = models.CharField(pgettext_lazy("of a thing", "Name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=SoundKind.choices)
    file = models.CharField(_("file"), max_length=120, editable=False)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True, default="", editable=False)
    size = models.PositiveIntegerField(_("bytes"), null=True, editable=False)
    ms = models.PositiveIntegerField(_("milliseconds"), null=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False,
        verbose_name=_("added by"),
    )  # fmt: skip
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], name="sound_name_once",
                violation_error_message=_("There is a sound of this name already."),
            ),
            models.UniqueConstraint(fields=["kind", "file"], name="sound_file_once"),
        ]  # fmt: skip
        verbose_name = _("sound")
        verbose_name_plural = _("sounds")

    def __str__(self) -> str:
        return self.name
