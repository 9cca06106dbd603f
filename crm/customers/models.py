"""Customers and their numbers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.numbers import ERASED


class Level(models.TextChoices):
    """How much a customer matters to the centre."""

    NORMAL = "normal", _("normal")
    SILVER = "silver", _("silver")
    GOLD = "gold", _("gold")


class Customer(models.Model):
    """Someone who calls. ``owner`` is the user who looks after her."""

    name = models.CharField(_("name"), max_length=120)
    company = models.CharField(_("company"), max_length=160, blank=True)
    level = models.CharField(_("level"), max_length=16, choices=Level.choices, default=Level.NORMAL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers",
        verbose_name=_("owner"),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return gettext("erased") if self.name.startswith(ERASED) else self.name


class CustomerNumber(models.Model):
    """A number of a customer as E.164. Several customers may share one (a family, a switchboard)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="numbers")
    number = models.CharField(_("number"), max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "customer"], name="customer_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^\+[0-9]{3,15}$"), name="customer_number_is_e164"
            ),
        ]
        verbose_name = _("number")
        verbose_name_plural = _("numbers")

    def __str__(self) -> str:
        return self.number
