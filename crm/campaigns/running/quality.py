"""How good the numbers are, as dialling found them: by month and by where the customers came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth, TruncWeek

from crm.campaigns.models import Attempt, AttemptState, Campaign

REACHED, NO_ANSWER, BUSY, ABSENT, INVALID, OTHER = "reached", "no_answer", "busy", "absent", "invalid", "other"
KINDS = (REACHED, NO_ANSWER, BUSY, ABSENT, INVALID, OTHER)
Campaigns = QuerySet[Campaign]
"""Whose diallings are looked at."""
SPANS = {"week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True)
class Line:
    """``numbers``: different ones that were dialled; ``counts``: dials by kind, in the order of KINDS."""

    of: Any
    dials: int
    numbers: int
    counts: tuple[int, ...]

    @property
    def shares(self) -> list[tuple[str, int, float]]:
        """Kind, dials, and their share in percent."""
        whole = self.dials or 1
        return [(kind, number, 100 * number / whole) for kind, number in zip(KINDS, self.counts, strict=True)]


def by_time(since: datetime, until: datetime, span: str, campaigns: Campaigns) -> list[Line]:
    """A line for each week or month in which somebody was dialled, the newest first."""
    return _lines(_dialled(since, until, campaigns).annotate(of=SPANS[span]("dialled_at")), "-of")


def by_list(since: datetime, until: datetime, campaigns: Campaigns) -> list[Line]:
    """A line for each import that customers came from, by its id (None: others), the most dialled first."""
    found = _dialled(since, until, campaigns).annotate(of=F("lead__fill__package"))
    return sorted(_lines(found, "of"), key=lambda line: -line.dials)


def by_campaign(since: datetime, until: datetime, campaigns: Campaigns) -> list[Line]:
    """A line for each campaign, by its id, the most dialled first."""
    found = _dialled(since, until, campaigns).annotate(of=F("campaign"))
    return sorted(_lines(found, "of"), key=lambda line: -line.dials)


def _dialled(since: datetime, until: datetime, campaigns: Campaigns) -> Any:
    of = campaigns.order_by().values("pk")
    found = Attempt.objects.filter(dialled_at__gte=since, dialled_at__lt=until, campaign__in=of)
    return found.exclude(state=AttemptState.RETURNED)  # her own phone was not picked up: nothing of the number


def _lines(found: Any, order: str) -> list[Line]:
    known = (NO_ANSWER, BUSY, ABSENT, INVALID)
    answered = Q(answered_at__isnull=False)
    counts = {kind: Count("pk", filter=~answered & Q(outcome=kind)) for kind in known}
    rows: Iterable[dict[str, Any]] = (
        found.order_by().values("of").annotate(
            dials=Count("pk"), numbers=Count("number", distinct=True), n_reached=Count("pk", filter=answered),
            **{f"n_{kind}": count for kind, count in counts.items()},
        ).order_by(order)
    )  # fmt: skip
    lines = []
    for row in rows:
        told = [row["n_reached"], *(row[f"n_{kind}"] for kind in known)]
        lines.append(Line(row["of"], row["dials"], row["numbers"], (*told, row["dials"] - sum(told))))
    return lines
