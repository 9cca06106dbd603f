"""An open lead as it is chosen from many: only what the guard asks and what a refusal changes.

Of hundreds of leads, as many model instances take longer than all questions to the database.
"""

from dataclasses import dataclass
from datetime import datetime

DUE = ("pk", "due_at", "customer_id", "state", "number", "zone", "row", "outcome")


@dataclass(slots=True)
class Due:
    """``DUE`` of a ``Lead``, whose row the transaction holds."""

    pk: int
    due_at: datetime
    customer_id: int
    state: str
    number: str
    zone: str
    row: int
    outcome: str
