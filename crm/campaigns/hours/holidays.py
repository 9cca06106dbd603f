"""Days on which nobody is called."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crm.campaigns.hours import zones
from crm.campaigns.models import Holiday

AHEAD_DAYS = 60
"""How far ahead they are read: further than anybody looks for open hours."""


@dataclass(frozen=True)
class Holidays:
    """``days``: (day at the callee's place, calling code, "" for all countries)."""

    days: frozenset[tuple[date, str]] = field(default_factory=frozenset)

    @classmethod
    def read(cls, at: datetime) -> "Holidays":
        """Those of some days before ``at`` and of ``AHEAD_DAYS`` behind it. One query."""
        near = at.date() - timedelta(days=2), at.date() + timedelta(days=AHEAD_DAYS)
        return cls(frozenset(Holiday.objects.filter(day__range=near).values_list("day", "country")))

    def holds(self, day: date, zone: str) -> bool:
        """Whether nobody is called on that day who has a number of these zones."""
        if not self.days:
            return False
        return (day, "") in self.days or any((day, code) in self.days for code in zones.codes(zone))
