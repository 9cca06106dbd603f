"""Changing departments and users."""

from crm.accounts.models import Department, Role, User


def user_create(
    *,
    username: str,
    password: str,
    display_name: str = "",
    role: Role = Role.AGENT,
    department: Department | None = None,
    extension: str = "",
    language: str = "",
) -> User:
    """A new user. Raises ValidationError when login or extension are taken or malformed."""
    user = User(
        username=username,
        display_name=display_name,
        role=role,
        department=department,
        extension=extension or None,
        language=language,
        is_staff=role == Role.ADMINISTRATOR,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    return user


def user_language_set(*, user: User, language: str) -> None:
    """``language``: one of settings.LANGUAGES; the pages speak it from the next login on."""
    User.objects.filter(pk=user.pk).update(language=language)
