"""Departments as a tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.labels import Labelled


class Department(Labelled):
    """A part of the centre. Who works in the one above may, by her roles, also see those below."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("part of"),
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
