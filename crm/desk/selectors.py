"""What the desk shows."""

from typing import Any

from crm.access.holding import may
from crm.access.numbers import sees_whole, shown_text
from crm.accounts.models import User
from crm.accounts.selectors import names_of, names_of_extensions
from crm.calls.selectors import calls_recent, calls_visible
from crm.customers.card import caller_card
from crm.customers.models import CustomerNumber
from crm.customers.sight import customers_visible
from crm.desk.campaigns import called_for
from crm.live.state import live_state
from crm.telephony.models import AgentProfile
from crm.telephony.selectors import dispositions, queue_names

LAST_CALLS = 8


def takes_calls(user: User) -> bool:
    """Whether the daemon knows the user as an agent, and she may work as one."""
    return may(user, "desk.use") and bool(user.extension) and AgentProfile.objects.filter(user=user).exists()


def my_last_calls(user: User) -> dict[str, Any]:
    """Context of the list of calls that she took."""
    return {"calls": calls_recent(user, agent=user.username, limit=LAST_CALLS), "queue_names": queue_names()}


def has_in_hand(user: User, call_id: str) -> bool:
    """Whether the live view says that the call rings at her, is hers, or is what she wraps up."""
    view = live_state().view
    live, agent = view.calls.get(call_id), view.agents.get(user.username)
    return (live is not None and live.agent == user.username) or (agent is not None and agent.call_id == call_id)


def number_of_call(user: User, call_id: str) -> str:
    """The other party's number of a call that she has in hand or may see; "" if it is withheld or not hers.

    She need not see it whole to have it dialled.
    """
    live = live_state().view.calls.get(call_id)
    if live is not None and has_in_hand(user, call_id):
        return live.number
    record = calls_visible(user).filter(call_id=call_id).first()
    return (record.number_e164 or record.number) if record else ""


def customer_of_call(user: User, call_id: str) -> int | None:
    """Who was at its other end, by its record; None where that is not known or not hers to see."""
    return calls_visible(user).filter(call_id=call_id).values_list("customer_id", flat=True).first()


def number_of_customer(user: User, customer_id: int, line: int = 0) -> str:
    """One of a customer's numbers (``line``: its id), else her main one; "" if there is none or she is not the user's
    to see. She need not see it whole to have it dialled."""
    numbers = CustomerNumber.objects.filter(customer__in=customers_visible(user).filter(pk=customer_id))
    found = numbers.filter(pk=line).first() if line else numbers.first()
    return found.number if found else ""


def call_work(user: User, call_id: str) -> dict[str, Any] | None:
    """Context of the parts about one call; None when it is not hers.

    While the call is up, the live view knows more than the rows; afterwards the rows do.
    """
    live = live_state().view.calls.get(call_id)
    record = calls_visible(user).select_related("disposition").filter(call_id=call_id).first()
    if record is None and not (live and has_in_hand(user, call_id)):
        return None
    whole = sees_whole(user)
    made = called_for(user, call_id)
    known = made.attempt.customer if made else None
    number = live.number if live else record.number
    outbound = (live.direction if live else record.direction) == "outbound"
    card = caller_card(number, call_id=call_id, whole=whole, known=known)
    edits = customers_visible(user, "customers.edit")
    people = names_of({call.agent for call in card.last_calls if call.agent})
    return {
        "call_id": call_id,
        "card": card,
        "colleague": names_of_extensions({number}).get(number, "") if outbound and card.customer is None else "",
        "may_edit_customer": card.customer is not None and edits.filter(pk=card.customer.pk).exists(),
        "sent_name": shown_text(live.name if live else record.caller_name, whole=whole),
        "dialled": live.dialled if live else record.dialled,
        "outbound": outbound,
        "queue": (live.queue if live else "") or (record.queue if record else ""),
        "queue_names": queue_names(),
        "people": people | {"": ""},
        "made": made,
        "dispositions": (made and made.choices) or dispositions(),
        "chosen": record.disposition.code if record and record.disposition else "",
        "note": record.note if record else "",
        "noted_at": record.noted_at if record else None,
    }
