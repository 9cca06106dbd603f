"""The filters of the list of evidence, from the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from crm.accounts.models import User
from crm.campaigns.evidence.keeping import cuts
from crm.campaigns.evidence.selectors import attempts_within
from crm.campaigns.evidence.words import OUTCOMES
from crm.campaigns.models import Attempt
from crm.numbers import e164

PAGE = 50
LAST = 4
"""So many digits of a number's end may be asked for by who sees no whole numbers."""


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out. Days are the centre's. ``before``: the id of the attempt
    behind which the page begins."""

    campaign: int = 0
    number: str = ""
    since: date | None = None
    until: date | None = None
    outcome: str = ""
    before: str = ""

    @property
    def any(self) -> bool:
        return bool(self.said())

    def said(self) -> dict[str, str]:
        """Without the place: name → text, for an address or an order."""
        told = {
            "campaign": self.campaign, "number": self.number, "since": self.since, "until": self.until,
            "outcome": self.outcome,
        }  # fmt: skip
        return {name: str(value) for name, value in told.items() if value}

    def address(self, before: str = "") -> str:
        """Query string of a page of the same list."""
        return "?" + urlencode(self.said() | ({"before": before} if before else {}))


def filters(asked: Mapping[str, str]) -> Filters:
    """From the query of a page, or from what ``said`` told."""
    campaign, outcome = asked.get("campaign", ""), asked.get("outcome", "")
    return Filters(
        campaign=int(campaign) if campaign.isascii() and campaign.isdigit() and len(campaign) < 10 else 0,
        number=asked.get("number", "").replace("\0", "").strip()[:32],
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        outcome=outcome if outcome in OUTCOMES else "",
        before=asked.get("before", "").replace("\0", "")[:64],
    )


def attempts_asked(user: User, asked: Filters, *, whole: bool) -> QuerySet[Attempt]:
    """Those that she reaches, the newest first, as far back as evidence is kept. ``whole``: any piece of a number may
    be asked for; else a whole one or its last four digits."""
    found = attempts_within(user).order_by("-made_at", "-id")
    removed = next(iter(cuts()), None)
    if removed is not None:
        found = found.filter(made_at__gte=removed.before)
    if asked.campaign:
        found = found.filter(campaign=asked.campaign)
    if asked.number:
        found = found.filter(_number(asked.number, whole))
    if asked.since:
        found = found.filter(made_at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(made_at__lt=_midnight(asked.until + timedelta(days=1)))
    if asked.outcome:
        found = found.filter(outcome=asked.outcome)
    return found


def page_of(user: User, asked: Filters, *, whole: bool) -> tuple[list[Attempt], str]:
    """A page, and the address of the one after it, "" if there is none."""
    found = attempts_asked(user, asked, whole=whole).select_related("campaign", "agent", "customer")
    behind = Attempt.objects.filter(pk=asked.before).values_list("made_at", "id").first() if asked.before else None
    if behind:
        found = found.filter(Q(made_at__lt=behind[0]) | Q(made_at=behind[0], id__lt=behind[1]))
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], asked.address(before=rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def _number(text: str, whole: bool) -> Q:
    digits = "".join(one for one in text if one.isdigit())
    exact = Q(number=e164(text) or text)
    if whole and len(digits) >= LAST:
        return exact | Q(number__contains=digits)
    return exact | Q(number__endswith=digits) if len(digits) == LAST else exact


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and date(1970, 1, 2) < day < date(9999, 1, 1) else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
