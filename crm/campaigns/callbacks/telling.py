"""What other programs are told of callbacks."""

from datetime import datetime

from crm.campaigns.models import Callback
from crm.events.drafts import iso
from crm.events.services import event_tell


def callback_told(callback: Callback, at: datetime, *, made: bool = False) -> None:
    """After each change of its state, time or agent."""
    said = {
        "callback": callback.pk, "customer": callback.customer_id, "state": str(callback.state),
        "due_at": iso(callback.due_at),
    }  # fmt: skip
    event_tell(
        "callback.made" if made else "callback.changed", said, at=at, call_id=callback.call_id if made else "",
        agent=callback.agent.username if callback.agent else "", campaign=str(callback.campaign_id or ""),
    )  # fmt: skip
