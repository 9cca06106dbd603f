"""The last hour of a campaign, minute by minute: in which states its agents were, and how many lines it had out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from crm.calls.models import AgentStateInterval
from crm.campaigns.models import Attempt, Campaign

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONGEST = timedelta(hours=12)
"""A state or a call that began earlier is not looked for."""
STATES = ("talking", "wrapup", "ready")


def course(campaign: Campaign, logins: Iterable[str], at: datetime) -> dict[str, Any]:
    """``times`` (s since the epoch, the newest last), how many agents were in each of STATES, and ``lines``. Agents
    who dial count as talking: they are busy with a customer."""
    last = at.replace(second=0, microsecond=0)
    times = [last - HOUR + n * MINUTE for n in range(HOUR // MINUTE + 1)]
    counts = {state: [0] * len(times) for state in STATES}
    named = {"talking": "talking", "dialling": "talking", "offered": "talking", "wrapup": "wrapup", "ready": "ready"}
    stays = AgentStateInterval.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=times[0]), agent__in=list(logins), state__in=list(named),
        started_at__gt=at - LONGEST, started_at__lte=at,
    ).values_list("state", "started_at", "ended_at")  # fmt: skip
    for state, begin, end in stays:
        _count(counts[named[state]], times, begin, end)
    lines = [0] * len(times)
    calls = Attempt.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=times[0]), campaign=campaign, dialled_at__isnull=False,
        made_at__gt=times[0] - 2 * HOUR,
    )  # fmt: skip
    for begin, end in calls.values_list("dialled_at", "ended_at"):
        _count(lines, times, begin, end)
    return {"times": [int(time.timestamp()) for time in times], **counts, "lines": lines}


def _count(counts: list[int], times: list[datetime], begin: datetime, end: datetime | None) -> None:
    for place, time in enumerate(times):
        if begin <= time and (end is None or end > time):
            counts[place] += 1
