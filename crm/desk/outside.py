"""What other systems have to do with a call at the desk: which of their pages open, what they know of her."""

from typing import Any

from crm.accounts.models import User
from crm.calls.selectors import calls_visible
from crm.customers.card import caller_card
from crm.desk.campaigns import called_for
from crm.desk.selectors import has_in_hand
from crm.live.state import live_state
from crm.numbers import e164
from crm.popups.selectors import lookups_for, popups_for


def call_outside(user: User, call_id: str) -> dict[str, Any] | None:
    """``direction`` and ``queue`` of a call that is or was the agent's, and the ``number`` as the line sent it; None
    when it is not hers."""
    live = live_state().view.calls.get(call_id)
    if live is not None and has_in_hand(user, call_id):
        return {"direction": live.direction, "queue": live.queue, "number": live.number}
    record = calls_visible(user).filter(call_id=call_id).first()
    return record and {"direction": record.direction, "queue": record.queue, "number": record.number}


def outside(user: User, call_id: str) -> dict[str, Any] | None:
    """Context of the links and lookups beside the card; None when the call is not hers."""
    found = call_outside(user, call_id)
    return found and {
        "call_id": call_id,
        "popups": popups_for(found["direction"], found["queue"]),
        "lookups": lookups_for(found["direction"], found["queue"]),
    }


def call_values(user: User, call_id: str) -> dict[str, str] | None:
    """What placeholders stand for with this call; None when it is not hers."""
    found = call_outside(user, call_id)
    if found is None:
        return None
    made = called_for(user, call_id)
    card = caller_card(found["number"], call_id=call_id, known=made.attempt.customer if made else None)
    return {
        "number": found["number"],
        "e164": e164(found["number"]),
        "direction": found["direction"],
        "call": call_id,
        "record": call_id,
        "agent": user.username,
        "work_number": user.work_number or "",
        "extension": user.extension or "",
        "customer": str(card.customer.pk) if card.customer else "",
        "queue": found["queue"],
    }
