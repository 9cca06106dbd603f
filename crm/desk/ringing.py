"""Whose phone rings now, among the colleagues whose calls an agent may pick up: of her department and her queues."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from crm.access.holding import may
from crm.accounts.models import User
from crm.live import words
from crm.live.state import live_state
from crm.telephony.models import AgentProfile
from crm.telephony.selectors import queue_names
from crm.telephony.serving import queues_served

MOST = 12


@dataclass(frozen=True)
class Ringing:
    """``since``: µs since when it rings there."""

    login: str
    name: str
    extension: str
    queue: str
    since: int


def ringing(user: User) -> dict[str, Any]:
    """Context of the list; who rings longest is first."""
    view, named = live_state().view, queue_names()
    at = {
        call.agent: call for call in view.calls.values()
        if call.stage == "offered" and call.agent and call.agent != user.username and not call.pick
    }  # fmt: skip
    profiles = AgentProfile.objects.filter(user__is_active=True, user__username__in=at).select_related("user")
    if not may(user, "agents.private"):
        profiles = profiles.exclude(user__phone__private=True)
    if not at:
        return {"ringing": []}
    together = Q(pk__in=[])
    if user.department_id:
        together = Q(user__department=user.department_id)
    mine = queues_served([user.pk]).get(user.pk, set())
    serving = queues_served(profiles.values_list("user_id", flat=True)) if mine else {}
    together |= Q(user__in=[other for other, queues in serving.items() if queues & mine])
    found = [
        Ringing(
            login=one.user.username, name=str(one.user), extension=one.user.extension or "",
            queue=named.get(at[one.user.username].queue, ""), since=at[one.user.username].since,
        )
        for one in profiles.filter(together)
    ]  # fmt: skip
    found.sort(key=lambda one: (one.since, one.login))
    return {"ringing": found[:MOST], "word": words.states()["offered"]}
