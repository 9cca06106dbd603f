"""Roles: sets of permissions with a data scope."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.labels import Labelled


class Scope(models.TextChoices):
    """Whose data a permission reaches, from narrow to wide."""

    OWN = "own", _("own")
    DEPARTMENT = "department", _("own department")
    BELOW = "below", _("own department and below")
    ALL = "all", _("all")

    @property
    def width(self) -> int:
        return list(Scope).index(self)


class Role(Labelled):
    """What its holders may do, and with whose data. Someone with several roles may do what any of them allows.

    Ready-made roles are rewritten from ``crm.access.ready`` at each migration; a centre changes a copy.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    description_zh = models.CharField(_("Chinese description"), max_length=200, blank=True)
    scope = models.CharField(_("data scope"), max_length=16, choices=Scope.choices, default=Scope.OWN)
    permissions = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("permissions"))
    """Codes of ``crm.access.permissions``, sorted."""
    ready_made = models.BooleanField(_("ready-made"), default=False)

    class Meta:
        ordering = ["-ready_made", "id"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
