"""Every change of a row that the directory is made of publishes it, whoever makes the change."""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save

from crm.telephony.publish import directory_changed

WATCHED = (
    settings.AUTH_USER_MODEL,
    "accounts.Department",
    "telephony.AgentProfile",
    "telephony.Queue",
    "telephony.QueueMember",
    "telephony.Route",
)
_UNSEEN = frozenset({"last_login", "password", "language", "must_change_password", "password_changed_at"})
"""Fields of a user that the daemon never sees: a sign-in must not publish."""


def on_change(update_fields: frozenset[str] | None = None, raw: bool = False, **kwargs: Any) -> None:
    if update_fields and update_fields <= _UNSEEN:
        return
    directory_changed()


def connect() -> None:
    for model in WATCHED:
        post_save.connect(on_change, sender=model, dispatch_uid=f"directory-{model}")
        post_delete.connect(on_change, sender=model, dispatch_uid=f"directory-{model}")
