"""When a campaign will be through.

What is left goes on at the pace of the last hour in which it called, and only while somebody may be called: each zone
in its own hours, as the guard has them. While several zones are in hours, each gets of the pace what it has of the
customers. Whom a rule lets be called only later (the next day, an agreed callback) is waited for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import next_open, open_until
from crm.campaigns.models import Attempt, Callback, CallbackState, Campaign, CampaignState, Lead, LeadState, Rules

PACE = timedelta(hours=1)
LEAST = timedelta(minutes=5)
"""It must have called so long before its pace says anything."""
FAR = timedelta(days=60)
"""How far is looked ahead."""

Ahead = Sequence[tuple[str, int, datetime]]
"""Zones of the number, how many leads that are not closed, and the last moment at which one of them is due."""
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Finish:
    """``at`` is None where it cannot be known; ``why`` says the reason: ``still`` (it does not run), ``early`` (it has
    called for less than LEAST), ``slow`` (nobody was finished with), ``closed`` (some customers are never in hours),
    ``far`` (more than FAR). ``late``: it is known, and later than the campaign may call."""

    at: datetime | None
    why: str = ""


def finish(campaign: Campaign, ahead: Ahead, at: datetime) -> Finish:
    """As of ``at``."""
    if campaign.state != CampaignState.RUNNING or campaign.run_since is None:
        return Finish(None, "still")
    holidays = Holidays.read(at)
    spans = {zone: list(opened(campaign, zone, at, at + FAR, holidays, most=1)) for zone, n, _due in ahead if n}
    if not all(spans.values()):
        return Finish(None, "closed")
    last = callbacks_last(campaign)
    if not spans:
        return Finish(max(at, last or at))
    ran, done = pace(campaign, [zone for zone, _n, _due in ahead], at, holidays)
    if ran < LEAST:
        return Finish(None, "early")
    if not done:
        return Finish(None, "slow")
    left = {zone: float(n) for zone, n, _due in ahead if n}
    begin = max(at, campaign.starts_at or at)
    ends = through(campaign, left, done / ran.total_seconds(), begin, holidays)
    waits = [next_open(campaign, zone, due, holidays) for zone, _n, due in ahead if due > at]
    if ends is None or None in waits:
        return Finish(None, "far")
    ends = max([ends, *(wait for wait in waits if wait is not None), *([last] if last else [])])
    if ends > at + FAR:
        return Finish(None, "far")
    return Finish(ends, "late" if campaign.ends_at is not None and ends > campaign.ends_at else "")


def callbacks_last(campaign: Campaign) -> datetime | None:
    """The moment of its last agreed callback."""
    waiting = Callback.objects.filter(campaign=campaign, state=CallbackState.WAITING)
    last: datetime | None = waiting.aggregate(last=Max("due_at"))["last"]
    return last


def pace(campaign: Campaign, zones: Sequence[str], at: datetime, holidays: Holidays) -> tuple[timedelta, int]:
    """For how long somebody might be called in the last hour in which it called, and how many leads it closed then."""
    mine = Attempt.objects.filter(campaign=campaign, dialled_at__isnull=False)
    newest: datetime | None = (
        mine.filter(made_at__lte=at).order_by("-made_at").values_list("made_at", flat=True).first()
    )
    since = campaign.run_since
    if newest is None or since is None:
        return timedelta(), 0
    until = min(at, newest + LEAST) if newest > since else at
    begin = max(since, until - PACE)
    ran = _together(span for zone in zones for span in opened(campaign, zone, begin, until, holidays))
    tried = mine.filter(made_at__gte=begin).values("lead")
    return ran, Lead.objects.filter(campaign=campaign, pk__in=tried, state=LeadState.CLOSED).count()


def through(rules: Rules, left: dict[str, float], rate: float, at: datetime, holidays: Holidays) -> datetime | None:
    """When ``left`` (zones → leads) is called through at ``rate`` leads a second; None beyond FAR."""
    windows = {zone: opened(rules, zone, at, at + FAR, holidays) for zone in left}
    spans = {zone: next(windows[zone], None) for zone in left}
    left = dict(left)
    while left:
        for zone in left:
            while (span := spans[zone]) is not None and span[1] <= at:
                spans[zone] = next(windows[zone], None)
        if any(spans[zone] is None for zone in left):
            return None
        known = {zone: span for zone, span in spans.items() if zone in left and span is not None}
        now = [zone for zone, (begin, _end) in known.items() if begin <= at]
        changes = min(end if begin <= at else begin for begin, end in known.values())
        if not now:
            at = changes
            continue
        whole = sum(left[zone] for zone in now)
        most = rate * (changes - at).total_seconds()
        if most >= whole:
            at += timedelta(seconds=whole / rate)
            left = {zone: n for zone, n in left.items() if zone not in now}
        else:
            left |= {zone: left[zone] * (1 - most / whole) for zone in now}
            at = changes
    return at


def opened(
    rules: Rules, zone: str, begin: datetime, end: datetime, holidays: Holidays, *, most: int = 0
) -> Iterator[Span]:
    """The spans between the two in which a number of that zone may be called, at ``most`` so many (0: all)."""
    at: datetime | None = begin
    told = 0
    while at is not None and at < end and not (most and told >= most):
        at = next_open(rules, zone, at, holidays)
        if at is None or at >= end:
            return
        until = open_until(rules, zone, at, holidays)
        if until is None:  # cannot be: it is open then
            return
        yield at, min(until, end)
        at, told = until, told + 1


def _together(spans: Iterator[Span]) -> timedelta:
    """The time that any of them covers."""
    whole, last = timedelta(), None
    for begin, end in sorted(spans):
        begin = begin if last is None else max(begin, last)
        if end > begin:
            whole += end - begin
            last = end
    return whole
