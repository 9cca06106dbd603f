"""What is read when the rounds are over: the switch's own records, and the rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Leg:
    """A customer's leg as the switch began it. ``beside``: the agent's leg that was up for it, or ``-``."""

    at: datetime
    uuid: str
    number: str
    beside: str


@dataclass(frozen=True)
class Try:
    """An attempt's row."""

    id: str
    campaign: int
    lead: int
    customer: int
    number: str
    state: str
    outcome: str
    verdict: str
    expires_at: datetime | None


@dataclass(frozen=True)
class Proof:
    """A row of the evidence. ``state``: of an allowed one, what the attempt was made as."""

    attempt: str
    kind: str
    at: datetime
    state: str = ""


@dataclass
class Books:
    legs: list[Leg]
    ends: dict[str, datetime]
    """Customer's leg → when the switch says that it ended."""
    tries: dict[str, Try]
    leads: dict[int, str]
    """Lead → its state."""
    proofs: list[Proof]
    chain: list[str]
    """What is wrong with the evidence's chain, in words."""
    hours: Mapping[int, bool]
    """Campaign → whether it may dial in even minutes only."""
    listed: dict[str, datetime] = field(default_factory=dict)
    pauses: list[tuple[int, datetime, datetime]] = field(default_factory=list)
    unwell: list[tuple[datetime, datetime]] = field(default_factory=list)
    """From when to when some process was dead or had not come back to work."""
    leads_made: int = 0
    callbacks: set[int] = field(default_factory=set)
    """Leads for which a callback waits or is being called."""
    at: datetime = datetime.max.replace(tzinfo=UTC)
    """When it was read."""


def legs_read(file: Path) -> list[Leg]:
    found = []
    for line in file.read_text().splitlines():
        at, leg, number, beside = line.split()
        found.append(Leg(datetime.fromtimestamp(float(at), UTC), leg, number, beside))
    return found


def ends_read(*folders: Path) -> dict[str, datetime]:
    """Of the records that the switch wrote, wherever they were moved to."""
    ends = {}
    for folder in folders:
        for path in folder.rglob("*.json"):
            told = json.loads(path.read_text())
            micros = int(told["callflow"][0]["times"]["hangup_time"])
            ends[told["variables"]["uuid"]] = datetime.fromtimestamp(micros / 1_000_000, UTC)
    return ends


def books_read(dialled: Path, *cdr: Path) -> Books:
    """All but what only the play knows."""
    from crm.campaigns.evidence.check import check
    from crm.campaigns.models import Attempt, Callback, CallbackState, Campaign, Evidence, Lead
    from tests.proofs.campaigns.rows import EACH_OTHER_MINUTE

    rows = Attempt.objects.values_list(
        "id", "campaign_id", "lead_id", "customer_id", "number", "state", "outcome", "verdict", "expires_at"
    )
    proofs = Evidence.objects.order_by("seq").values_list("attempt", "kind", "at", "facts__state")
    verdict = check()
    waiting = Callback.objects.filter(state__in=[CallbackState.WAITING, CallbackState.CALLED], lead__isnull=False)
    return Books(
        legs=legs_read(dialled),
        ends=ends_read(*cdr),
        tries={row[0]: Try(*row) for row in rows},
        leads=dict(Lead.objects.values_list("pk", "state")),
        proofs=[Proof(attempt, kind, at, state or "") for attempt, kind, at, state in proofs],
        chain=[verdict.first[0] % verdict.first[1]] if verdict.first else [],
        hours={one.pk: one.hours == EACH_OTHER_MINUTE for one in Campaign.objects.all()},
        leads_made=Lead.objects.count(),
        callbacks=set(waiting.values_list("lead_id", flat=True)),
        at=datetime.now(UTC) + timedelta(),
    )
