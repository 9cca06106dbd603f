"""Calls as rows, many at once, for the list and its files."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crm.calls.models import CallRecord, Offer

MORNING = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai


def call(call_id: str, minute: float = 0, **fields: Any) -> CallRecord:
    """One call that ended, ``minute`` minutes into the morning."""
    arrived = MORNING + timedelta(minutes=minute)
    talked = {"talk_started_at": arrived} if "talk_ms" in fields else {}
    number = fields.get("number", "15401400001")
    given = {"arrived_at": arrived, "ended_at": arrived + timedelta(minutes=1), "number": number} | talked
    given["number_e164"] = f"+86{number}" if len(number) == 11 else ""
    return CallRecord.objects.create(call_id=call_id, **given | fields)


def many(count: int, name: str = "c", **fields: Any) -> None:
    """``c0`` … with a second between them; three of each ten have a note."""
    CallRecord.objects.bulk_create(
        CallRecord(
            call_id=f"{name}{n}",
            arrived_at=MORNING + timedelta(seconds=n),
            ended_at=MORNING + timedelta(seconds=n + 60),
            number=f"154{n:08}",
            number_e164=f"+86154{n:08}",
            note="=1+1" if n % 10 < 3 else "",
            wait_ms=n * 10,
            **{"agent": "alice"} | fields,
        )
        for n in range(count)
    )


def rang(call_id: str, *, ms: int, agent: str = "alice", offer: str = "") -> None:
    Offer.objects.create(offer=offer or f"{call_id}-o", call_id=call_id, agent=agent, offered_at=MORNING, ring_ms=ms)
