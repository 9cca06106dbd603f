"""Every change of a row that the directory is made of publishes it, whoever makes the change."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models.signals import m2m_changed, post_delete, post_save

from crm.accounts.models import Role
from crm.campaigns.models import Campaign
from crm.telephony.extensions import extension_follow
from crm.telephony.models import Queue
from crm.telephony.publish import directory_changed

WATCHED = (
    settings.AUTH_USER_MODEL,
    "accounts.Department",
    "accounts.SkillMember",
    "telephony.AgentProfile",
    "telephony.Queue",
    "telephony.QueueMember",
    "telephony.Route",
    "telephony.Extension",
    "telephony.Forwarding",
    "telephony.SpeedDial",
    "telephony.Trunk",
    "rooms.Room",
    "accounts.Role",
    "campaigns.Campaign",
)
_UNSEEN = frozenset({"last_login", "password", "language", "must_change_password", "password_changed_at"})
"""Fields of a user that the daemon never sees: a sign-in must not publish."""


def on_change(sender: Any, update_fields: frozenset[str] | None = None, created: bool = False, **kwargs: Any) -> None:
    if update_fields and update_fields <= _UNSEEN:
        return
    if created and sender is Role:
        return  # nobody has it yet; and a migration of an empty database must not empty a living daemon's directory
    directory_changed()


def on_user(instance: Any, update_fields: frozenset[str] | None = None, raw: bool = False, **kwargs: Any) -> None:
    """Whoever has an extension has its row, in the transaction of who saves her."""
    if not raw and (update_fields is None or "extension" in update_fields):
        extension_follow(instance)


def on_links(action: str, **kwargs: Any) -> None:
    """Other skill groups serve a queue; other departments work for a campaign; someone has other roles, of which it
    depends whether she may dial."""
    if action.startswith("post_"):
        directory_changed()


def connect() -> None:
    m2m_changed.connect(on_links, sender=Queue.skill_groups.through, dispatch_uid="directory-groups")
    m2m_changed.connect(on_links, sender=get_user_model().roles.through, dispatch_uid="directory-roles")
    m2m_changed.connect(on_links, sender=Campaign.departments.through, dispatch_uid="directory-campaigns")
    post_save.connect(on_user, sender=settings.AUTH_USER_MODEL, dispatch_uid="extension-of-user")
    for model in WATCHED:
        post_save.connect(on_change, sender=model, dispatch_uid=f"directory-{model}")
        post_delete.connect(on_change, sender=model, dispatch_uid=f"directory-{model}")
