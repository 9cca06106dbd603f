"""Departments as a tree, and users with a role, a department and an extension."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.labels import Labelled

login_is_safe = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{0,31}\Z",
    _("A login is 1 to 32 small letters, digits, dots, hyphens or underscores."),
)
extension_is_digits = RegexValidator(r"^[0-9]{2,8}\Z", _("An extension is 2 to 8 digits."))


class Department(Labelled):
    """A part of the centre; its supervisors also see the departments below it."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("part of"),
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Role(models.TextChoices):
    """What a user may do; each role may also do what the ones before it may."""

    AGENT = "agent", _("agent")
    SUPERVISOR = "supervisor", _("supervisor")
    ADMINISTRATOR = "administrator", _("administrator")


class User(AbstractUser):
    """Someone who signs in. ``username`` is the login and the agent's id in facts and commands."""

    first_name = None
    last_name = None

    username = models.CharField(
        _("login"), max_length=32, unique=True, validators=[login_is_safe],
        error_messages={"unique": _("This login is taken.")},
    )  # fmt: skip
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.AGENT)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="users",
        verbose_name=_("department"),
    )  # fmt: skip
    extension = models.CharField(
        _("extension"), max_length=8, unique=True, null=True, blank=True,  # noqa: DJ001  none, not several empty ones
        validators=[extension_is_digits],
    )  # fmt: skip
    work_number = models.CharField(_("work number"), max_length=16, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

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

    @property
    def is_supervisor(self) -> bool:
        return self.is_superuser or self.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        return self.is_superuser or self.role == Role.ADMINISTRATOR
