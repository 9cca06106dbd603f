"""What is counted, and where it is kept: by half-hour, day and closed month."""

from dataclasses import dataclass, fields

from django.db import models

from crm.reports.kpi.sums import AgentSums, QueueSums, Sums, TrunkSums
from crm.reports.models import (
    AgentDay,
    AgentHalfHour,
    AgentMonth,
    QueueDay,
    QueueHalfHour,
    QueueMonth,
    TrunkDay,
    TrunkHalfHour,
    TrunkMonth,
)
from crm.reports.rollup import agents, queues, trunks


@dataclass(frozen=True)
class Kind:
    """How one kind of rows is counted. ``fresh``: SQL of its half-hours where rows changed, ``all``:
    of all in a span; ``pairs``: arrays side by side, values and
    what was counted of each; ``ids``: sets of ids, which are bitmaps in a month's row."""

    key: str
    sums: type[Sums]
    half_hour: type[models.Model]
    day: type[models.Model]
    month: type[models.Model]
    fresh: str
    all: str
    pairs: tuple[tuple[str, str], ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def counts(self) -> list[str]:
        """Columns that are whole numbers."""
        return [one.name for one in fields(self.sums) if one.name != "breaks"]

    @property
    def arrays(self) -> list[str]:
        return [name for pair in self.pairs for name in pair]

    @property
    def columns(self) -> list[str]:
        return [self.key, "start", "by", "final", *self.counts, *self.arrays, *self.ids]


_SPREADS = (("wait_s", "wait_n"), ("online_s", "online_n"))
KINDS = {
    "queue": Kind(
        "queue", QueueSums, QueueHalfHour, QueueDay, QueueMonth, queues.FRESH, queues.ALL, _SPREADS,
        ("callers", "repeaters"),
    ),
    "agent": Kind(
        "agent", AgentSums, AgentHalfHour, AgentDay, AgentMonth, agents.FRESH, agents.ALL,
        (("break_codes", "break_ms"),),
    ),
    "trunk": Kind("trunk", TrunkSums, TrunkHalfHour, TrunkDay, TrunkMonth, trunks.FRESH, trunks.ALL),
}  # fmt: skip
"""Name → kind; the name is also that of the column which holds the key."""
