"""In how many half-hours the service level met its target. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.reports.kpi.access import DEFAULT_VARIANT, SERVICE_LEVELS
from crm.reports.kpi.sums import QueueSums

LEAST_OFFERED = 5
"""Half-hours with fewer calls are left out."""


@dataclass(frozen=True)
class Intervals:
    """Half-hours with enough calls, and those of them that met the target."""

    met: int
    counted: int


def intervals(half_hours: Iterable[QueueSums], target: float, variant: str = DEFAULT_VARIANT) -> Intervals:
    """``target``: 0..1."""
    figure = SERVICE_LEVELS[variant]
    levels = [figure.of(one).value for one in half_hours if one.offered >= LEAST_OFFERED]
    known = [level for level in levels if level is not None]
    return Intervals(sum(level >= target for level in known), len(known))
