"""When a campaign will be through: what is left, at the pace of its last hour, in the hours in which it may dial."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from crm.campaigns.models import Attempt, Campaign, CampaignState, Holiday, Lead, LeadState

PACE = timedelta(hours=1)
LEAST = timedelta(minutes=5)
"""It must have run so long before its pace says anything."""
FAR = 60
"""Days that are looked ahead."""

Hours = Sequence[Sequence[Sequence[str]]]


def finishes_at(campaign: Campaign, left: int, at: datetime) -> datetime | None:
    """None while it cannot be told: nothing was finished in the last hour, it does not run, or it is too far off.
    ``left``: leads that are not closed. Reckoned by the campaign's hours at the centre."""
    if campaign.state != CampaignState.RUNNING or campaign.run_since is None:
        return None
    if not left:
        return at
    ran = min(at - campaign.run_since, PACE)
    if ran < LEAST:
        return None
    tried = Attempt.objects.filter(campaign=campaign, made_at__gte=at - ran).values("lead")
    done = Lead.objects.filter(campaign=campaign, pk__in=tried, state=LeadState.CLOSED).count()
    if not done:
        return None
    rest = set()
    if campaign.holidays:
        days = (timezone.localdate(at), timezone.localdate(at) + timedelta(days=FAR))
        rest = set(Holiday.objects.filter(day__range=days).values_list("day", flat=True))
    return open_time_after(campaign.hours, left / done * ran, timezone.localtime(at), rest)


def open_time_after(hours: Hours, needed: timedelta, at: datetime, rest: set[date]) -> datetime | None:
    """The moment at which so much open time has gone by, local as ``at`` is. None beyond FAR days."""
    for number in range(FAR + 1):
        day = at.date() + timedelta(days=number)
        if day in rest:
            continue
        for begin, end in hours[day.weekday()]:
            opens, closes = max(_moment(day, begin, at), at), _moment(day, end, at)
            if closes <= opens:
                continue
            if needed <= closes - opens:
                return opens + needed
            needed -= closes - opens
    return None


def _moment(day: date, clock: str, at: datetime) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), at.tzinfo)
    return datetime.combine(day, time.fromisoformat(clock), at.tzinfo)
