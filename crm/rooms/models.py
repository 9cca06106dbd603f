"""Rooms as they are set up. Who is in them is told by the daemon."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

code_is_a_word = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,31}\Z", _("Small letters, digits and hyphens only."))
number_is_digits = RegexValidator(r"^[0-9]{3,6}\Z", _("A room's number is 3 to 6 digits."))


class Room(models.Model):
    """A conference room."""

    code = models.CharField(
        _("code"), max_length=32, unique=True, validators=[code_is_a_word],
        error_messages={"unique": _("There is a room of this code already.")},
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=80)
    number = models.CharField(_("number inside"), max_length=6, blank=True, validators=[number_is_digits])
    """Who dials it inside comes in; empty = none."""
    outside = models.CharField(
        _("number outside"), max_length=20, blank=True,
        validators=[RegexValidator(r"^\+?[0-9]{2,20}\Z", _("Digits only, with a + in front or without."))],
    )  # fmt: skip
    """Who calls it comes in, after the pin; empty = none."""
    pin = models.CharField(_("pin"), max_length=64, blank=True, editable=False)
    """Its digest (``contract.directory.pin_digest``): who comes from outside must key it in; empty = nothing."""
    most = models.PositiveSmallIntegerField(
        _("places"), default=40, validators=[MinValueValidator(2), MaxValueValidator(200)]
    )
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="chairs",
        verbose_name=_("chair"),
    )  # fmt: skip

    class Meta:
        ordering = ["name", "code"]
        verbose_name = _("conference room")
        verbose_name_plural = _("conference rooms")

    def __str__(self) -> str:
        return self.name
