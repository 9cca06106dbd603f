"""Which cap is used up, and when that is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.campaigns.guard.counts import History, frees, since
from crm.campaigns.hours.windows import day_end
from crm.campaigns.models import Campaign

AGAIN = timedelta(minutes=1)
"""When somebody who is being called may be asked for again."""


@dataclass(slots=True)
class Used:
    """Calls of a number and of a person within the last week, the oldest first; how many of them since the day began
    where she is; how many the campaign made to the number; whether one of the two is being called."""

    number: Sequence[datetime]
    person: Sequence[datetime]
    day: tuple[int, int]
    in_all: int
    going_on: bool

    def told(self, rules: Campaign, of_campaign: bool) -> dict[str, list[int]]:
        """Cap → how much is used, and how much may be: for the evidence."""
        return {
            "number_day": [self.day[0], rules.number_per_day], "number_week": [len(self.number), rules.number_per_week],
            "number_all": [self.in_all, rules.number_in_all if of_campaign else 0],
            "person_day": [self.day[1], rules.person_per_day], "person_week": [len(self.person), rules.person_per_week],
        }  # fmt: skip

    def cap(self, rules: Campaign, of_campaign: bool, zone: str, at: datetime) -> tuple[str, datetime | None]:
        """A code of ``words.WHY`` and when it need not be heeded any more; "" for none."""
        if of_campaign and self.in_all >= rules.number_in_all:
            return "number_all", None
        if len(self.number) >= rules.number_per_week:
            return "number_week", frees(self.number, rules.number_per_week)
        if len(self.person) >= rules.person_per_week:
            return "person_week", frees(self.person, rules.person_per_week)
        if self.day[0] >= rules.number_per_day:
            return "number_day", day_end(zone, at)
        if self.day[1] >= rules.person_per_day:
            return "person_day", day_end(zone, at)
        if self.going_on:  # another campaign, or a callback, has her on the line
            return "calling", at + AGAIN
        return "", None


def used_up(number: str, person: int, campaign: Campaign | None, past: History, begin: datetime) -> Used:
    """``begin``: of the day, where the number is."""
    by_number, by_person = past.numbers.get(number, ()), past.people.get(person, ())
    in_all = past.campaigns.get((campaign.id, number), 0) if campaign is not None else 0
    day = since(by_number, begin), since(by_person, begin)
    return Used(by_number, by_person, day, in_all, number in past.going_on or person in past.going_on)
