"""To whom an agent can pass her customer on: colleagues by who is free first, queues, a number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import User
from crm.live import words
from crm.live.lines import queue_lines
from crm.live.state import live_state
from crm.telephony.models import AgentProfile, Queue
from switchctl.contract.live import LiveAgent

MOST = 12
"""So many colleagues are shown; whoever looks for another types more of the name."""
ORDER = ("ready", "wrapup", "offered", "dialling", "talking", "unreachable", "paused")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{1,30}")


@dataclass(frozen=True)
class Colleague:
    """``since``: µs at which her state began; ``free``: she can take a call now."""

    login: str
    name: str
    extension: str
    department: str
    state: str
    word: str
    reason: str
    since: int
    free: bool


def targets(user: User, asked: str, *, of: str = "") -> dict[str, Any]:
    """Context of the list: those whose name, extension or department hold what is ``asked`` for. ``of``: login of whose
    customer it is, if not the user's own."""
    asked = asked.strip()
    return {
        "colleagues": _colleagues(of or user.username, asked), "queues": _queues(asked),
        "number": asked if _NUMBER.fullmatch(asked) and may(user, "calls.dial") else "",
    }  # fmt: skip


def _colleagues(login: str, asked: str) -> list[Colleague]:
    view, known, named = live_state().view, words.states(), words.reasons()
    profiles = AgentProfile.objects.filter(user__is_active=True, user__extension__isnull=False)
    profiles = profiles.exclude(user__username=login)
    if asked:
        profiles = profiles.filter(
            Q(user__display_name__icontains=asked) | Q(user__username__icontains=asked)
            | Q(user__extension__startswith=asked) | Q(user__department__name__icontains=asked)
            | Q(user__department__name_zh__icontains=asked)
        )  # fmt: skip
    found = []
    for profile in profiles.select_related("user__department"):
        one, agent = profile.user, view.agents.get(profile.user.username)
        state = agent.state if agent is not None else "offline"
        if agent is None or state not in ORDER:
            continue
        phone = view.devices.get(one.extension)
        found.append(
            Colleague(
                login=one.username, name=str(one), extension=one.extension,
                department=str(one.department or ""), state=state, word=known[state],
                reason=_reason(agent, named), since=agent.since,
                free=state == "ready" and phone is not False and not agent.dnd,
            )
        )  # fmt: skip
    found.sort(key=lambda one: (not one.free, ORDER.index(one.state), one.since))
    return found[:MOST]


def _reason(agent: LiveAgent, named: Mapping[str, str]) -> str:
    if agent.dnd:
        return _("do not disturb")
    return words.reason_words(agent.reason, named) if agent.state in ("paused", "unreachable") else ""


def _queues(asked: str) -> list[dict[str, Any]]:
    view = live_state().view
    lines = queue_lines(view)
    rows = Queue.objects.all()
    if asked:
        rows = rows.filter(Q(label__icontains=asked) | Q(code__icontains=asked))
    waiting = {code: line["waiting"] for code, line in lines.items()}
    return [{"code": row.code, "label": row.label, "waiting": waiting.get(row.code, 0)} for row in rows]
