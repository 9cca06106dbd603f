"""Imports of customers: each is a package that can be looked at, and undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.customers.models.customers import Customer


class PackageState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    TRYING = "trying", _("dry run")
    TRIED = "tried", _("tried, nothing written")
    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being imported")
    DONE = "done", _("imported")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")


class Package(models.Model):
    """One file of customers. It lies on disk until it is through; so does the file of its bad rows."""

    name = models.CharField(_("name"), max_length=120)
    file_name = models.CharField(max_length=160)
    file_key = models.UUIDField(null=True)
    form = models.CharField(max_length=8)
    """csv or xlsx."""
    encoding = models.CharField(max_length=16, blank=True)
    """Of a csv: utf-8 or gb18030."""
    project = models.ForeignKey(
        "customers.Project", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("project"),
    )  # fmt: skip
    mapping = models.JSONField(default=dict)
    """Column of the file (its place from 0, as text) → target: name, number, number2, company, level, note, kind,
    ``f_<code>`` of a field; a column without a target is left out."""
    same = models.CharField(max_length=8, default="skip")
    """Of somebody whom the centre has already: skip, or update."""
    state = models.CharField(max_length=10, choices=PackageState.choices, default=PackageState.UPLOADED)
    reason = models.CharField(max_length=32, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    """Rows of the file that were looked at; while it is undone: customers."""
    begun = models.PositiveSmallIntegerField(default=0)
    """How often a worker began it: one that kills its worker each time is not begun for ever."""
    counts = models.JSONField(default=dict)
    """added, updated, same (already there), twice (twice in the file), blacklisted, do_not_call, wrong; companies that
    rows named; of an undoing rows (``done`` before it), removed, restored, and kept_calls, kept_used, kept_edits for
    those that were touched."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("import of customers")
        verbose_name_plural = _("imports of customers")

    def __str__(self) -> str:
        return self.name


class PackageCustomer(models.Model):
    """A customer in a package. ``before``: what an update found, so that it can be taken back; null: she was added."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    row = models.PositiveIntegerField()
    """Line of the file, from 1."""
    named = models.BooleanField(default=False)
    """A company that is no row of the file: one of its people was."""
    before = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "customer"], name="package_customer_once")]
        verbose_name = _("customer of an import")
        verbose_name_plural = _("customers of imports")

    def __str__(self) -> str:
        return f"{self.package_id}/{self.customer_id}"
