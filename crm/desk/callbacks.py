"""Her callbacks at the desk: what is overdue first, then the rest of the day, then what comes later."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.campaigns.callbacks.selectors import callbacks_hers
from crm.campaigns.callbacks.words import why
from crm.campaigns.models import Callback, CallbackState
from crm.desk.times import field

SHOWN = 50
AT_ONCE = 5
"""So many of today stand open: what comes below is to stay in sight."""


def why_hers(callback: Callback) -> str:
    """Why it waits, said to herself."""
    return _("It is dialled as soon as you are ready.") if callback.why == "not_ready" else why(callback)


def my_callbacks(user: User, at: datetime) -> dict[str, Any]:
    """Context of the card: rows of today, those that are late among them, and rows of later days."""
    tomorrow = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(1)
    rows = [
        {
            "callback": one,
            "late": at >= one.due_at and one.state == CallbackState.WAITING,
            "late_s": max(0, (at - one.due_at).total_seconds()),
            "due_us": round(one.due_at.timestamp() * 1_000_000),
            "field": field(one.due_at),
            "why": why_hers(one),
            "being_called": one.state == CallbackState.CALLED,
        }
        for one in callbacks_hers(user)[:SHOWN]
    ]
    today = [row for row in rows if row["callback"].due_at < tomorrow]
    later = rows[len(today) :]
    return {
        "callbacks_today": today[:AT_ONCE],
        "callbacks_rest": today[AT_ONCE:],
        "callbacks_over": max(0, len(today) - AT_ONCE),
        "callbacks_count": len(today),
        "callbacks_later": later,
        "callbacks_more": len(later),
    }
