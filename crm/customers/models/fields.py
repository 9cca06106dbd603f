"""Fields that the centre defines for its customers, and the projects for which it keeps them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.customers.models.customers import Customer
from crm.labels import Labelled


class Project(Labelled):
    """What the centre works for: a client, a product, a sale. A customer belongs to none or to several."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")


class FieldKind(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", pgettext_lazy("kind of a field", "number")
    DATE = "date", _("date")
    CHOICE = "choice", _("one of a list")
    CHOICES = "choices", _("several of a list")
    FILE = "file", _("file")


class TextForm(models.TextChoices):
    """What a text has to look like."""

    ANY = "", _("any text")
    EMAIL = "email", _("e-mail address")
    ID_CARD = "id_card", _("identity card number")
    POSTCODE = "postcode", _("postcode")
    WEB = "web", _("web address")


class CustomerField(Labelled):
    """A field of customers, of one project or (``project`` null) of all. ``code`` and ``kind`` never change: values are
    kept by them. One that is no longer ``active`` is nowhere shown, and keeps its values."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=FieldKind.choices)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="fields", verbose_name=_("project")
    )
    required = models.BooleanField(_("must be filled in"), default=False)
    help = models.CharField(_("help"), max_length=160, blank=True)
    help_zh = models.CharField(_("help in Chinese"), max_length=160, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    column = models.BooleanField(_("a column of the list"), default=False)
    searchable = models.BooleanField(_("found by the search"), default=False)
    on_card = models.BooleanField(_("on the card of a caller"), default=True)
    active = models.BooleanField(_("in use"), default=True)
    form = models.CharField(_("form of the text"), max_length=12, choices=TextForm.choices, blank=True)
    longest = models.PositiveSmallIntegerField(_("characters at most"), default=200)
    least = models.DecimalField(_("smallest"), max_digits=15, decimal_places=6, null=True, blank=True)
    most = models.DecimalField(_("greatest"), max_digits=15, decimal_places=6, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    words_due = models.DateTimeField(null=True, editable=False)
    """Since when ``Customer.words`` may say of this field what is no longer true; a task sees to it."""

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("field of customers")
        verbose_name_plural = _("fields of customers")

    @property
    def helped(self) -> str:
        """The help that fits the reader."""
        return self.help_zh if self.help_zh and (get_language() or "").startswith("zh") else self.help


class FieldChoice(Labelled):
    """One of the list of a field. One that is no longer ``active`` is not offered, and stays where it was chosen."""

    field = models.ForeignKey(CustomerField, on_delete=models.CASCADE, related_name="choices", verbose_name=_("field"))
    code = models.SlugField(_("code"), max_length=32)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["field", "code"], name="field_choice_once")]
        verbose_name = _("choice of a field")
        verbose_name_plural = _("choices of fields")


class CustomerFile(models.Model):
    """A file that somebody added to a customer. It lies on disk under its key; ``name`` is only shown.

    ``customer`` is null between the upload and the moment when the form is saved; such files go after a day.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, related_name="files", verbose_name=_("customer")
    )
    field = models.ForeignKey(CustomerField, on_delete=models.PROTECT, related_name="+", verbose_name=_("field"))
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(_("kind of file"), max_length=8)
    """A key of ``fields.filetypes.TYPES``."""
    size = models.PositiveIntegerField(_("bytes"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("file of a customer")
        verbose_name_plural = _("files of customers")

    def __str__(self) -> str:
        return self.name
