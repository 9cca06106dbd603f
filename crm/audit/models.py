"""The trail's tables. They are made by SQL in the migration, and nothing but inserts is ever possible.

``managed = False``: Django neither changes nor empties them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One change of one row, or one event. The database itself fills ``at``, ``transaction`` and the digests."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=120)
    """A login, ``system:<process>``, or "" for someone who is not signed in."""
    person = models.BigIntegerField(null=True)
    """The user's primary key, without a foreign key: entries outlive users."""
    address = models.CharField(max_length=120)
    door = models.CharField(max_length=16)
    action = models.CharField(max_length=40)
    """insert, update, delete, truncate, or an event of ``words.EVENTS``."""
    kind = models.CharField(max_length=63)
    """The table of the object; "" when an event concerns none."""
    object = models.CharField(max_length=64)
    """Its primary key."""
    label = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    """Changed columns only; of an event: its details."""
    transaction = models.BigIntegerField()
    """What was written together has the same number."""
    values_digest = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_entry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.kind} {self.object}".strip()


class Link(models.Model):
    """One link of the chain: SHA-256 of the link before it, its own number, the entry's id and the entry's digest."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    chain = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_link"
        verbose_name = _("link of the audit chain")
        verbose_name_plural = _("links of the audit chain")

    def __str__(self) -> str:
        return str(self.seq)
