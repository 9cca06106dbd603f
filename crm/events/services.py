"""Telling what the CRM changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from crm.events.kinds import SETTLES
from crm.events.models import Pending


def event_tell(
    kind: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    call_id: str = "",
    agent: str = "",
    queue: str = "",
    campaign: str = "",
) -> None:
    """Call it in the transaction of the change: no change without its event, no event of what was rolled back.

    ``data``: as ``kinds`` describes it. Of a kind that settles, what waits for the same call is replaced.
    """
    if kind in SETTLES:
        Pending.objects.filter(kind=kind, call_id=call_id).delete()
    Pending.objects.create(
        kind=kind, at=at, call_id=call_id, agent=agent, queue=queue, campaign=campaign, data=dict(data)
    )  # fmt: skip


def events_tell(kind: str, of: Iterable[tuple[str, Mapping[str, Any]]], *, at: datetime) -> None:
    """The same of many things at once, each with the login of whose event it is."""
    rows = [Pending(kind=kind, at=at, agent=agent, data=dict(data)) for agent, data in of]
    Pending.objects.bulk_create(rows, batch_size=1000)
