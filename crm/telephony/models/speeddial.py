"""Speed dial: short codes for numbers."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.telephony.models.forwarding import number_is_typed
from switchctl.contract.codes import SPEED

code_is_two_digits = RegexValidator(r"^[0-9]{2}\Z", _("A code is two digits, 00 to 99."))


class SpeedDial(models.Model):
    """Dialled as ``*0`` and its code: an agent's own, or the centre's for all."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="speed_dials",
        verbose_name=_("user"),
    )  # fmt: skip
    """None: the centre's."""
    code = models.CharField(_("code"), max_length=2, validators=[code_is_two_digits])
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    number = models.CharField(_("number"), max_length=26, validators=[number_is_typed])
    """An extension, E.164, or a short code of the country: as it is dialled."""

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="speed_dial_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(owner=None), name="speed_dial_of_centre_once"),
        ]
        verbose_name = _("speed dial")
        verbose_name_plural = _("speed dials")

    def __str__(self) -> str:
        return f"{SPEED}{self.code} {self.name}"
