"""Supervisors as the daemon knows them: people with a phone and no queue, into whose ears a talk can be led."""

from collections.abc import Collection

from crm.access.holding import may
from crm.accounts.models import User
from switchctl.contract import directory


def supervisors(but: Collection[str]) -> tuple[directory.Agent, ...]:
    """Who has an extension and may supervise, other than the agents ``but`` (logins). They dial nothing."""
    found = User.objects.filter(is_active=True, extension__isnull=False, agent_profile__isnull=True)
    found = found.exclude(extension="").select_related("department").prefetch_related("roles").order_by("username")
    return tuple(
        directory.Agent(
            id=user.username, name=str(user), extension=user.extension or "",
            department=user.department.name if user.department else "", wrap_up_s=0,
            opens_private=may(user, "agents.private"),
        )
        for user in found
        if user.username not in but and may(user, "agents.supervise")
    )  # fmt: skip
