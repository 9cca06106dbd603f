"""What the tests look at: facts as a recorder gets them, and all rows as plain values."""

from typing import Any

from crm.calls.models import AgentStateInterval, CallRecord, Fact, IvrVisit, Offer, QueueVisit
from crm.calls.recording.prepare import Told, prepared
from crm.calls.recording.write import record_facts
from switchctl.contract import facts as f


def told(facts: list[f.Fact]) -> list[Told]:
    return [Told(fact, f.encode(fact), fact.id.rpartition(":")[0]) for fact in facts]


def record(facts: list[f.Fact]) -> dict[str, int]:
    return record_facts(prepared(told(facts)))


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows that facts lead to, in order of their keys."""
    tables = (Fact, CallRecord, IvrVisit, QueueVisit, Offer, AgentStateInterval)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
