"""Changing departments and users. Who may ask for it is checked by who calls (crm.staff)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from crm.accounts.models import Department, Role, User


@transaction.atomic
def user_create(
    *,
    username: str,
    password: str | None,
    display_name: str = "",
    roles: Iterable[str] = ("agent",),
    department: Department | None = None,
    extension: str = "",
    language: str = "",
    must_change_password: bool = False,
    **fields: object,
) -> User:
    """A new user; ``roles`` are codes of roles, ``fields`` are further columns. Without a password she comes in by
    the sign-on of another system only.

    Raises ValidationError when login or extension are taken or malformed, Role.DoesNotExist for an unknown code.
    """
    given = [Role.objects.get(code=code) for code in roles]
    user = User(
        username=username,
        display_name=display_name,
        department=department,
        extension=extension or None,
        language=language,
        must_change_password=must_change_password,
        password_changed_at=timezone.now(),
        **fields,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    user.roles.set(given)
    return user


def user_language_set(*, user: User, language: str) -> None:
    """``language``: one of settings.LANGUAGES; the pages speak it from the next login on."""
    User.objects.filter(pk=user.pk).update(language=language)
