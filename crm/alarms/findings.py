"""What a look finds, and how bad a figure is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.alarms.models import Severity

SLACK = 0.1
"""A figure must be so much better than a limit, as a share of it, before an alarm that is open goes down or ends."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong now. ``text`` is a msgid of ``words`` that ``params`` fill."""

    subject: str
    severity: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    told: bool = True
    """Whether mail and webhooks hear of it."""


Findings = dict[str, list[Finding]]
"""Code → what is wrong; a code that is missing could not be looked at, and its alarms stay as they are."""
Open = Mapping[tuple[str, str], str]
"""(code, subject) → severity of each alarm that is open."""


Limits = tuple[float, float]
"""From where on a figure is a warning, and critical."""


def severity(value: float, limits: Limits, was: str | None = None, *, low: bool = False) -> str:
    """``""`` where all is well. ``was``: severity of the open alarm; ``low``: small figures are the bad ones."""

    def beyond(limit: float, held: bool) -> bool:
        margin = abs(limit) * SLACK if held else 0.0
        return value < limit + margin if low else value >= limit - margin

    warning, critical = limits
    if beyond(critical, was == Severity.CRITICAL):
        return Severity.CRITICAL
    return Severity.WARNING if beyond(warning, bool(was)) else ""
