"""Users: who signs in, with roles, a department, an extension and what may be dialled."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.accounts.models.department import Department
from crm.accounts.models.role import Role

login_is_safe = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{0,31}\Z",
    _("A login is 1 to 32 small letters, digits, dots, hyphens or underscores."),
)
extension_is_digits = RegexValidator(r"^[0-9]{2,8}\Z", _("An extension is 2 to 8 digits."))
caller_number_is_digits = RegexValidator(r"^\+?[0-9]{3,20}\Z", _("A number is 3 to 20 digits, with or without +."))
allowed_is_a_prefix = RegexValidator(
    r"^\+?[0-9]{1,20}\*?\Z", _("A whole number, or the beginning of numbers and a star, such as 021*.")
)


class Dialling(models.TextChoices):
    """How far a user may dial; each step includes those before it, the list stands for itself."""

    NONE = "none", _("not at all")
    INTERNAL = "internal", _("extensions only")
    LOCAL = "local", _("local numbers")
    NATIONAL = "national", _("national numbers")
    INTERNATIONAL = "international", _("international numbers")
    LIST = "list", _("numbers of her list only")


class User(AbstractUser):
    """Someone who signs in. ``username`` is the login and the agent's id in facts and commands."""

    first_name = None
    last_name = None

    username = models.CharField(
        _("login"), max_length=32, unique=True, validators=[login_is_safe],
        error_messages={"unique": _("This login is taken.")},
    )  # fmt: skip
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    roles = models.ManyToManyField(Role, blank=True, related_name="users", verbose_name=_("roles"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="users",
        verbose_name=_("department"),
    )  # fmt: skip
    extension = models.CharField(
        _("extension"), max_length=8, unique=True, null=True, blank=True,  # noqa: DJ001  none, not several empty ones
        validators=[extension_is_digits],
        error_messages={"unique": _("This extension is taken.")},
    )  # fmt: skip
    work_number = models.CharField(
        _("work number"), max_length=16, unique=True, null=True, blank=True,  # noqa: DJ001
        error_messages={"unique": _("This work number is taken.")},
    )  # fmt: skip
    caller_number = models.CharField(
        _("number shown when calling out"), max_length=21, blank=True, validators=[caller_number_is_digits]
    )
    dialling = models.CharField(
        _("may dial"), max_length=16, choices=Dialling.choices, default=Dialling.NATIONAL
    )
    allowed_numbers = ArrayField(
        models.CharField(max_length=22, validators=[allowed_is_a_prefix]), default=list, blank=True,
        verbose_name=_("numbers of her list"),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=10, blank=True)
    program = models.BooleanField(_("is a program"), default=False, editable=False)
    """Of an integration: it never logs in, and no list of people names it."""
    must_change_password = models.BooleanField(_("asks for a new password at the next login"), default=False)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True)

    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["username"]
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
