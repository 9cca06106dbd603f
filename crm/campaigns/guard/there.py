"""What holds where the customer is: whether a campaign runs, and its hours there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crm.campaigns.guard.grounds import alike
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import day_begin, next_open, open_until
from crm.campaigns.models import Campaign, CampaignState


@dataclass(slots=True)
class There:
    """What holds for all that a campaign calls in a zone now. ``until``: when its hours end that are on; ``opens``:
    when they begin, if none are; ``day``: when the day began. Of one that does not run only that is known."""

    runs: bool = False
    until: datetime | None = None
    opens: datetime | None = None
    day: datetime = datetime.min.replace(tzinfo=UTC)
    facts: dict[str, Any] = field(default_factory=dict)


class Hours:
    """Of a moment; what was reckoned once is kept. ``facts``: whether evidence is wanted."""

    def __init__(self, at: datetime, holidays: Holidays, facts: bool) -> None:
        self._at, self._holidays, self._facts = at, holidays, facts
        self._there: dict[tuple[int | None, str], There] = {}
        self._opens: dict[tuple[int | None, str], list[tuple[datetime, datetime, datetime]]] = {}
        """Campaign and zone → from when on nothing opens before when, and until when it is open then."""

    def there(self, campaign: Campaign | None, rules: Campaign, zone: str) -> There:
        """``rules``: the campaign's, or those of calls that belong to none."""
        found = self._there.get((rules.id, zone))
        if found is None:
            found = self._there[rules.id, zone] = self._found(campaign, rules, zone)
        return found

    def opens(self, rules: Campaign, zone: str, later: datetime) -> datetime:
        """The first moment in hours from then on. Hundreds are asked for that lie in the same few days."""
        known = self._opens.setdefault((rules.id, zone), [])
        for since_then, opens, ends in known:
            if since_then <= later < ends:
                return max(opens, later)
        found = next_open(rules, zone, later, self._holidays)
        if found is not None:
            known.append((later, found, open_until(rules, zone, found, self._holidays) or found))
        return found or later

    def _found(self, campaign: Campaign | None, rules: Campaign, zone: str) -> There:
        if campaign is not None and not running(campaign, self._at):
            return There()
        until = open_until(rules, zone, self._at, self._holidays)
        opens = next_open(rules, zone, self._at, self._holidays) if until is None else None
        until = until and min(filter(None, [until, rules.ends_at]))
        facts = alike(rules, zone, until, self._at) if self._facts else {}
        return There(True, until, opens, day_begin(zone, self._at), facts)


def running(campaign: Campaign, at: datetime) -> bool:
    """Whether it is started and its time has come and is not over."""
    begun = campaign.starts_at is None or campaign.starts_at <= at
    over = campaign.ends_at is not None and campaign.ends_at <= at
    return campaign.state == CampaignState.RUNNING and begun and not over
