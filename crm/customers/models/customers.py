"""Customers, their numbers, and who a caller was said to be."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Reverse, Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.calls.models.ids import IdField
from crm.numbers import ERASED

PIECES = "extensions.gin_trgm_ops"
"""Indexes of pg_trgm: they find a piece of a text. The extension has a schema of its own, see the migration."""


class Level(models.TextChoices):
    """How much a customer matters to the centre."""

    NORMAL = "normal", _("normal")
    SILVER = "silver", _("silver")
    GOLD = "gold", _("gold")


class Kind(models.TextChoices):
    """What a customer is."""

    PERSON = "person", _("person")
    COMPANY = "company", _("company")


class Customer(models.Model):
    """Someone who calls, or a company for which people call. ``owner`` is the user who looks after her."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PERSON, db_default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=120)
    company = models.CharField(_("company"), max_length=160, blank=True)
    """The name of ``employer``, kept here too so that one index answers a search and no list needs a join; the
    services of ``companies`` are the only ones that write either."""
    employer = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="people",
        verbose_name=_("company record"),
    )  # fmt: skip
    projects = models.ManyToManyField("customers.Project", blank=True, related_name="customers")
    level = models.CharField(_("level"), max_length=16, choices=Level.choices, default=Level.NORMAL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers",
        verbose_name=_("owner"),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    values = models.JSONField(
        _("fields of the centre"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    """Code of a CustomerField → its value as ``fields.values`` says; what is empty has no key."""
    words = models.TextField(default="", db_default="", blank=True)
    """What the searchable fields say, for one index of pieces."""
    version = models.PositiveIntegerField(default=1, db_default=1)
    """Counts the changes by people: of two who edit at once the second is told."""
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            GinIndex(OpClass(Upper("name"), name=PIECES), name="customer_name_piece"),
            GinIndex(OpClass(Upper("company"), name=PIECES), name="customer_company_piece"),
            GinIndex(OpClass(Upper("note"), name=PIECES), name="customer_note_piece"),
            GinIndex(OpClass(Upper("words"), name=PIECES), name="customer_words_piece"),
            GinIndex(OpClass("values", name="jsonb_path_ops"), name="customer_values_hold"),
            models.Index(Upper("name"), "id", condition=models.Q(kind=Kind.COMPANY), name="customer_company_named"),
        ]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return gettext("erased") if self.name.startswith(ERASED) else self.name


class NumberLabel(models.TextChoices):
    """Where a number rings."""

    MOBILE = "mobile", _("mobile")
    OFFICE = "office", _("office")
    HOME = "home", _("home")
    OTHER = "other", _("other")


class CustomerNumber(models.Model):
    """A number of a customer as E.164. Several customers may share one (a family, a switchboard). The first by
    ``place``, then by age, is her main one."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="numbers")
    number = models.CharField(_("number"), max_length=20)
    label = models.CharField(
        _("label"), max_length=8, choices=NumberLabel.choices, default=NumberLabel.OTHER, db_default=NumberLabel.OTHER
    )
    place = models.PositiveSmallIntegerField(_("place"), default=1, db_default=1)
    """0: the main one."""

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["number", "customer"], name="customer_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^\+[0-9]{3,15}$"), name="customer_number_is_e164"
            ),
        ]
        indexes = [models.Index(OpClass(Reverse("number"), name="text_pattern_ops"), name="customer_number_end")]
        verbose_name = _("number")
        verbose_name_plural = _("numbers")

    def __str__(self) -> str:
        return self.number


class CallerChoice(models.Model):
    """Who the caller is, as a person said; ``customer`` is null where she said: nobody we know.

    A row of its own, by the id of the call: the call's record may not be written yet while it rings. The recorder
    asks here before it looks for the owner of the number (crm.calls.recording.derive), so no replay says otherwise.
    """

    call_id = IdField(primary_key=True, max_length=64)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, related_name="choices", verbose_name=_("customer")
    )
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False,
        verbose_name=_("chosen by"),
    )  # fmt: skip
    chosen_at = models.DateTimeField(_("chosen"), auto_now=True)

    class Meta:
        verbose_name = _("choice of a caller")
        verbose_name_plural = _("choices of callers")

    def __str__(self) -> str:
        return self.call_id
