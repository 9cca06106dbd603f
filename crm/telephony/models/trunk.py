"""Ways to the outside."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.telephony.models.configuration import code_is_safe

place_is_safe = RegexValidator(
    r"^([A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[1-9][0-9]{0,4})?\Z",
    _("A host name or an address, perhaps with a port: sip.example.net:5060."),
)
account_is_safe = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.+@-]*\Z|^\Z", _("Letters, digits and . _ + - @ only."))


class Trunk(models.Model):
    """A gateway of every switch. Its password is kept sealed and shown to nobody."""

    class Transport(models.TextChoices):
        UDP = "udp", "UDP"
        TCP = "tcp", "TCP"
        TLS = "tls", "TLS"

    name = models.CharField(
        _("name"), max_length=32, unique=True, validators=[code_is_safe],
        error_messages={"unique": _("There is a trunk of this name.")},
    )  # fmt: skip
    """Names it towards the switches and in records of calls, and stays the same for ever."""
    proxy = models.CharField(_("address of the carrier"), max_length=210, validators=[place_is_safe])
    transport = models.CharField(_("transport"), max_length=4, choices=Transport.choices, default=Transport.UDP)
    user = models.CharField(_("account"), max_length=80, blank=True, validators=[account_is_safe])
    realm = models.CharField(_("realm"), max_length=210, blank=True, validators=[place_is_safe])
    sealed = models.TextField(_("password"), editable=False, blank=True)
    register = models.BooleanField(_("register there"), default=False)
    pings = models.BooleanField(_("ask whether it lives"), default=True)
    prefixes = ArrayField(models.CharField(max_length=20), verbose_name=_("only numbers that begin with"), default=list,
                          blank=True)  # fmt: skip
    channels = models.PositiveSmallIntegerField(_("calls at a time"), default=0, validators=[MaxValueValidator(10_000)])
    """That are dialled over it; 0: as many as come."""
    networks = ArrayField(models.CharField(max_length=50), verbose_name=_("calls come in from"), default=list,
                          blank=True)  # fmt: skip
    priority = models.PositiveSmallIntegerField(_("order"), default=1, validators=[MaxValueValidator(1000)])
    """Lower ones are tried first."""

    class Meta:
        ordering = ["priority", "name"]
        verbose_name = _("trunk")
        verbose_name_plural = _("trunks")

    def __str__(self) -> str:
        return self.name
