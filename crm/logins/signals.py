"""What ends or refreshes sessions, wherever it is done from: a page, the API, the admin, a shell."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from crm.accounts.models import Role, User
from crm.live import telling
from crm.logins.models import LoginSession
from crm.logins.passwords import login_unlock
from crm.logins.sessions import session_begin, sessions_end, user_sessions_end


@receiver(user_logged_in, dispatch_uid="session-begin")
def begun(request: Any, user: User, **_kwargs: Any) -> None:
    session_begin(request, user)


@receiver(user_logged_out, dispatch_uid="session-end")
def ended(request: Any, user: User | None, **_kwargs: Any) -> None:
    if user is not None and request is not None:
        sessions_end(LoginSession.objects.filter(session_key=request.session.session_key))


SEEN_BY_PAGES = {"is_active", "is_superuser", "department", "extension", "password"}
"""Columns of a user that decide what an open page may show."""


@receiver(post_save, sender=User, dispatch_uid="user-changed")
def user_changed(instance: User, created: bool, update_fields: frozenset[str] | None, **_kwargs: Any) -> None:
    if created or (update_fields is not None and not SEEN_BY_PAGES & update_fields):
        return
    given = update_fields is not None and "password" in update_fields and instance.must_change_password
    if given:
        login_unlock(user=instance)
    if given or not instance.is_active:
        user_sessions_end(user=instance)
    else:
        telling.users_changed([instance.username])


@receiver(m2m_changed, sender=User.roles.through, dispatch_uid="roles-given")
def roles_given(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_kwargs: Any) -> None:
    if action not in ("post_add", "post_remove", "post_clear"):
        return
    if not reverse:
        telling.users_changed([instance.username])
    elif pk_set:
        telling.users_changed(User.objects.filter(pk__in=pk_set).values_list("username", flat=True))
    else:
        telling.everybody_look()


@receiver(post_save, sender=Role, dispatch_uid="role-changed")
def role_changed(instance: Role, created: bool, **_kwargs: Any) -> None:
    if not created and not instance.ready_made:  # ready-made ones change at a migration only
        telling.everybody_look()
