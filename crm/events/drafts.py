"""From facts to events that are not numbered yet. Pure: what only rows know comes in as ``Known``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crm.events.kinds import KINDS, OF_FACT
from switchctl.contract import facts as f

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = ("entered", "until")
"""Fields of facts that are microseconds since the epoch; 0 = none."""
OUTBOUND = "outbound"


@dataclass(frozen=True)
class Draft:
    """As ``models.Event``, without its number."""

    key: str
    kind: str
    at: datetime
    call_id: str = ""
    agent: str = ""
    queue: str = ""
    campaign: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def within(self) -> "Draft":
        """No longer than the columns, and without what PostgreSQL does not take."""
        short = {name: plain(getattr(self, name))[:most] for name, most in LENGTHS.items()}
        return replace(self, **short, data=plain(self.data))


LENGTHS = {"key": 80, "kind": 32, "call_id": 64, "agent": 32, "queue": 32, "campaign": 32}


@dataclass(frozen=True)
class OfCall:
    """What the events of a call so far say: how many there are, whose it is now, and whose talk it was last."""

    sequence: int = 0
    queue: str = ""
    campaign: str = ""
    agent: str = ""

    def after(self, told: Draft) -> "OfCall":
        hers = told.agent if told.kind in HERS else self.agent
        return OfCall(self.sequence + 1, told.queue or self.queue, told.campaign or self.campaign, hers or self.agent)


HERS = ("call.dialled", "call.connected")
"""From these on the call is the agent's."""


@dataclass(frozen=True)
class Known:
    """What the rows say beside the facts: dialled number → queue, extension → login, call → who dials it."""

    routes: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)
    dials: Mapping[str, str] = field(default_factory=dict)


def of_fact(fact: f.Fact, known: Known) -> Draft | None:
    """None for a fact that other programs are not told. Raises OverflowError for a time that is none."""
    kind = OF_FACT.get(type(fact))
    if kind is None:
        return None
    agent, queue = getattr(fact, "agent", ""), getattr(fact, "queue", "")
    if isinstance(fact, f.CallArrived):
        outbound = fact.direction == OUTBOUND
        agent, queue = known.dials.get(fact.call_id, ""), "" if outbound else known.routes.get(fact.dialled, "")
    elif isinstance(fact, f.DeviceChanged):
        agent = known.phones.get(fact.extension, "")
    return Draft(
        fact.id, kind, moment(fact.at), fact.call_id, agent, queue, getattr(fact, "campaign", ""), _data(kind, fact)
    )


def of_its_call(draft: Draft, call: OfCall) -> Draft:
    """With the queue, the campaign and, where nobody else has it, the agent of its call."""
    queue = draft.queue or call.queue
    agent = draft.agent or (call.agent if draft.kind == "call.ended" or not queue else "")
    return replace(draft, agent=agent, queue=queue, campaign=draft.campaign or call.campaign)


def moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """The same without NUL and halves of characters, which no column takes."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def _data(kind: str, fact: f.Fact) -> dict[str, Any]:
    if isinstance(fact, f.LinkChanged):
        return {"switch": fact.node, "state": "reached" if fact.up else "away", "reason": fact.reason}
    if isinstance(fact, f.NodeStateChanged):
        return {"switch": fact.node, "state": fact.state, "reason": fact.reason}
    return {name: _value(name, getattr(fact, name)) for name in KINDS[kind].fields}


def _value(name: str, said: Any) -> Any:
    if name in TIMES:
        return iso(moment(said)) if said else None
    return said
