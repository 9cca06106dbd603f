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
