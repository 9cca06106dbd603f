"""What happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True)
class Event:
    """``id`` only rises: remember it, and go on behind it. ``sequence`` counts the events of one call from 1; 0 where
    there is no call. ``data`` as the table of kinds in the API's description says."""

    id: int
    kind: str
    at: datetime
    call: str | None
    sequence: int
    agent: str | None
    queue: str | None
    campaign: str | None
    data: Mapping[str, Any]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Fields that it does not know are passed over: later versions add some."""
        return cls(
            id=told["id"], kind=told["kind"], at=datetime.fromisoformat(told["at"]), call=told["call"],
            sequence=told["sequence"], agent=told["agent"], queue=told["queue"], campaign=told["campaign"],
            data=told["data"],
        )  # fmt: skip
