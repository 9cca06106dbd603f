"""Where Django and Celery tell what the trail wants to know."""

from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.apps import AppConfig
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from crm.audit import actor, connection, flood, triggers
from crm.audit.services import event

BY = "audit_by"
"""Header of a task's message: who asked for it."""
_tasks: dict[str, Any] = {}


def connect(config: AppConfig) -> None:
    connection_created.connect(connection.on_connect, dispatch_uid="audit")
    post_migrate.connect(triggers.install, sender=config, dispatch_uid="audit")
    user_logged_in.connect(_logged_in, dispatch_uid="audit")
    user_logged_out.connect(_logged_out, dispatch_uid="audit")
    user_login_failed.connect(_login_failed, dispatch_uid="audit")
    before_task_publish.connect(_asked, dispatch_uid="audit")
    task_prerun.connect(_begun, dispatch_uid="audit")
    task_postrun.connect(_over, dispatch_uid="audit")


def _logged_in(user: Any, **kwargs: Any) -> None:
    event("login.done", user=user, about=user)


def _logged_out(user: Any = None, **kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        event("logout.done", user=user, about=user)


def _login_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Who types her password into the field of the login must not find it in the trail: unknown logins are cut."""
    login = str(credentials.get("username") or "")[:64]
    doer = actor.current()
    place = flood.place("login", doer.address)
    if place > flood.MOST:
        return
    user = get_user_model().objects.filter(username=actor.plain(login)).first()
    details = {"login": login if user else f"{login[:2]}…"} | ({"more": True} if place == flood.MOST else {})
    event("login.failed", about=user, details=details)


def _asked(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    doer = actor.current()
    if headers is not None and doer.person is not None:
        headers[BY] = [doer.who, doer.person, doer.address]


def _begun(task_id: str, task: Any, **kwargs: Any) -> None:
    by = (task.request.headers or {}).get(BY)
    who, person, address = by if by else (f"{actor.SYSTEM}{task.name.removeprefix('crm.')}", None, "")
    _tasks[task_id] = actor.begin(actor.Actor(who, person, address, "task"))


def _over(task_id: str, **kwargs: Any) -> None:
    if task_id in _tasks:
        actor.end(_tasks.pop(task_id))
