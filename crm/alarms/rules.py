"""The limits of the floor: what is watched of queues and agents, and from where on it is wrong.

A limit can be set for the centre, and otherwise for one queue (or one reason of a pause). What nobody set is as here.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from crm.alarms.findings import severity

QUEUE, REASON = "queue", "reason"
SECONDS, MINUTES, PERCENT, CALLERS = "s", "min", "%", "callers"
FACTORS = {MINUTES: 60}
"""What one of the unit is in the figures that are compared."""
MOST = {PERCENT: 100.0, SECONDS: 86_400.0, MINUTES: 1440.0, CALLERS: 10_000.0}


class Rule(NamedTuple):
    """``of``: what may have a limit of its own. ``low``: small figures are the bad ones. Limits are in ``unit``."""

    label: Any
    unit: str
    of: str
    warning: float | None
    critical: float | None
    low: bool = False


RULES = {
    "longest_wait": Rule(_("Longest wait"), SECONDS, QUEUE, 60, 120),
    "nobody_ready": Rule(_("Callers waiting and nobody ready"), CALLERS, QUEUE, 3, 10),
    "service_level": Rule(_("Service level of the last 30 minutes below"), PERCENT, QUEUE, 80, 70, low=True),
    "abandon_rate": Rule(_("Abandoned in the last 30 minutes"), PERCENT, QUEUE, 5, 10),
    "long_pause": Rule(_("Pause too long"), MINUTES, REASON, 15, 20),
    "long_talk": Rule(_("Talk too long"), MINUTES, QUEUE, 10, 20),
    "long_hold": Rule(_("Hold too long"), SECONDS, QUEUE, 60, 180),
    "long_wrapup": Rule(_("Wrap-up too long"), SECONDS, QUEUE, 120, 300),
}
LEAST = 5
"""Of fewer callers no rate is judged: one of two is no news."""

Pair = tuple[float | None, float | None]


class Limits:
    """``rows``: code, of whom ("" = the centre's), warning, critical, whether it is told by mail and webhook."""

    def __init__(self, rows: Iterable[tuple[str, str, float | None, float | None, bool]] = ()) -> None:
        self._pairs: dict[tuple[str, str], Pair] = {
            (code, ""): (rule.warning, rule.critical) for code, rule in RULES.items()
        }
        self._told: dict[str, bool] = {}
        for code, of, warning, critical, told in rows:
            if code in RULES:
                self._pairs[code, of] = warning, critical
                if not of:
                    self._told[code] = told

    def pair(self, code: str, of: str = "") -> Pair:
        """Warning and critical, in the rule's unit; None = no such limit."""
        return self._pairs.get((code, of), self._pairs[code, ""])

    def told(self, code: str) -> bool:
        """Whether mail and webhooks hear of it."""
        return self._told.get(code, False)

    def severity(self, code: str, value: float, of: str = "", *, was: str | None = None) -> str:
        """``""``, ``warning`` or ``critical``. ``value``: in the rule's unit; ``was``: of the open alarm."""
        warning, critical = self.pair(code, of)
        low = RULES[code].low
        never = float("-inf") if low else float("inf")
        limits = (never if warning is None else warning, never if critical is None else critical)
        return severity(value, limits, was, low=low)

    def plain(self) -> dict[str, dict[str, Pair]]:
        """For a page: code → of whom → limits, in seconds where they are times."""
        told: dict[str, dict[str, Pair]] = {}
        for (code, of), pair in self._pairs.items():
            factor = FACTORS.get(RULES[code].unit, 1)
            told.setdefault(code, {})[of] = tuple(None if one is None else one * factor for one in pair)  # type: ignore[assignment]
        return told

