"""What is read when the rounds are over: the switch's own records, and the rows."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.proofs.campaigns.floor import Taking


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
    agent: int | None = None
    callback: int | None = None


@dataclass(frozen=True)
class Promise:
    """A callback's row. ``agent``: whose it was in the beginning."""

    id: int
    due_at: datetime
    agent: int | None
    state: str
    pool_after: timedelta = timedelta(minutes=30)


@dataclass(frozen=True)
class List:
    """An import. ``rows``: of its file; ``numbers``: those of it that somebody has, each as often as somebody has it;
    ``taken``: how many customers it says to have added; ``done``: how many rows it says to have seen."""

    id: int
    state: str
    reason: str
    rows: int
    done: int
    taken: int
    customers: int
    numbers: int


@dataclass(frozen=True)
class Proof:
    """A row of the evidence. ``state``: of an allowed one, what the attempt was made as."""

    attempt: str
    kind: str
    at: datetime
    state: str = ""


@dataclass(frozen=True)
class Ended:
    """A customer's leg as the switch remembers it. ``joined``: when with somebody, if ever; ``by_herself``: whether she
    hung up. Of one that a carrier saw only the end is known."""

    began: datetime
    at: datetime
    joined: datetime | None = None
    by_herself: bool = True


@dataclass(frozen=True)
class Told:
    """A call's record. ``sources``: who saw it, with ``inferred`` where nobody saw its end."""

    answered: bool
    ended: datetime | None
    sources: tuple[str, ...]


@dataclass
class Books:
    legs: list[Leg]
    ends: dict[str, Ended]
    """Leg of a customer, called or calling → its end."""
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
    closings: list[tuple[int, datetime, datetime]] = field(default_factory=list)
    leads_made: int = 0
    """As the orders to take customers in say."""
    callbacks: set[int] = field(default_factory=set)
    """Leads for which a callback waits or is being called."""
    promises: dict[int, Promise] = field(default_factory=dict)
    lists: list[List] = field(default_factory=list)
    fills: list[str] = field(default_factory=list)
    """States of the orders to take customers in."""
    callers: dict[str, float] = field(default_factory=dict)
    """Leg of who called in → how many seconds she was to talk."""
    takings: list[Taking] = field(default_factory=list)
    spares: Mapping[int, int] = field(default_factory=dict)
    """Campaign that takes agents of queues → how many must stay ready."""
    at: datetime = datetime.max.replace(tzinfo=UTC)
    """When it was read."""
    records: dict[str, Told] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)
    """Talks that ended though neither side had hung up and the switch lived."""
    fallen: set[str] = field(default_factory=set)
    """Legs that died with the switch."""


def legs_read(file: Path) -> list[Leg]:
    found = []
    for line in file.read_text().splitlines():
        at, leg, number, beside = line.split()
        found.append(Leg(datetime.fromtimestamp(float(at), UTC), leg, number, beside))
    return found


class Ends:
    """Of the records that the switch wrote, wherever they were moved to; each is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Ended] = {}

    def read(self) -> dict[str, Ended]:
        for path in self._folder.rglob("*.json"):
            leg = path.name.partition(".")[0]
            with contextlib.suppress(FileNotFoundError):  # it is being moved
                if leg not in self._known:
                    self._known[leg] = _ended(json.loads(path.read_text()))
        return dict(self._known)


def _ended(told: dict[str, Any]) -> Ended:
    times = {name: int(micros) for name, micros in told["callflow"][0]["times"].items()}

    def moment(name: str) -> datetime:
        return datetime.fromtimestamp(times[name] / 1_000_000, UTC)

    return Ended(
        began=moment("created_time"), at=moment("hangup_time"),
        joined=moment("bridged_time") if times["bridged_time"] else None,
        by_herself=told["variables"].get("sip_hangup_disposition", "").startswith("recv"),
    )  # fmt: skip


def books_read(dialled: Path, ends: dict[str, Ended]) -> Books:
    """All but what only the play knows."""
    from crm.calls.models import CallRecord
    from crm.campaigns.evidence.check import check
    from crm.campaigns.models import Attempt, Callback, CallbackState, Campaign, Evidence, Fill, Lead
    from tests.proofs.campaigns.rows import EACH_OTHER_MINUTE

    rows = Attempt.objects.values_list(
        "id", "campaign_id", "lead_id", "customer_id", "number", "state", "outcome", "verdict", "expires_at",
        "agent_id", "callback_id",
    )  # fmt: skip
    proofs = Evidence.objects.order_by("seq").values_list("attempt", "kind", "at", "facts__state")
    verdict = check()
    waiting = Callback.objects.filter(state__in=[CallbackState.WAITING, CallbackState.CALLED], lead__isnull=False)
    promises = Callback.objects.filter(made_by__username="manager").values_list("id", "due_at", "agent_id", "state")
    fills = list(Fill.objects.values_list("state", "counts"))
    calls = CallRecord.objects.values_list("call_id", "talk_started_at", "ended_at", "sources")
    return Books(
        legs=legs_read(dialled),
        ends=ends,
        tries={row[0]: Try(*row) for row in rows},
        leads=dict(Lead.objects.values_list("pk", "state")),
        proofs=[Proof(attempt, kind, at, state or "") for attempt, kind, at, state in proofs],
        chain=[verdict.first[0] % verdict.first[1]] if verdict.first else [],
        hours={one.pk: one.hours == EACH_OTHER_MINUTE for one in Campaign.objects.all()},
        leads_made=sum(counts.get("taken", 0) for _state, counts in fills),
        callbacks=set(waiting.values_list("lead_id", flat=True)),
        promises={row[0]: Promise(*row) for row in promises},
        lists=lists_read(),
        fills=[state for state, _counts in fills],
        spares={one.pk: one.keep_ready for one in Campaign.objects.filter(blending=True)},
        at=datetime.now(UTC),
        records={pk: Told(talk is not None, end, tuple(sources)) for pk, talk, end, sources in calls},
    )


def lists_read() -> list[List]:
    """All of one moment: the last import goes on while the others' rows are counted."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return list(_lists())


def _lists() -> Iterator[List]:
    from crm.customers.models import Customer, CustomerNumber, Package
    from tests.proofs.campaigns.office import FIRST_IMPORTED, ROWS, numbers_of

    for place, package in enumerate(Package.objects.order_by("pk")):
        first = FIRST_IMPORTED + ROWS * place
        numbers = CustomerNumber.objects.filter(number__in=numbers_of(first))
        names = [f"Imported {n}" for n in range(first, first + ROWS)]
        yield List(
            package.pk,
            package.state,
            package.reason,
            ROWS,
            package.done,
            package.counts.get("added", 0),
            Customer.objects.filter(name__in=names).count(),
            numbers.count(),
        )
