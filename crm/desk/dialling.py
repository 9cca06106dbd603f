"""An agent dials somebody of whom the page knows who it is: so does the call's record, whoever else has the number."""

import uuid

from crm import switch
from crm.accounts.models import User
from crm.customers.callees import callees_choose, callees_forget
from crm.numbers import e164


def customer_dial(user: User, number: str, customer_id: int | None = None) -> str:
    """Hands the order over; returns its id, which becomes the call's. Raises what ``switch.command_send`` raises."""
    whole = e164(number)
    if customer_id is None or not whole:
        return switch.command_send(user, "Dial", number=number)
    call_id = str(uuid.uuid4())
    callees_choose({call_id: (customer_id, whole)}, by=user)
    try:
        return switch.command_send(user, "Dial", number=number, command_id=call_id)
    except switch.CommandWrong:
        callees_forget([call_id])  # it was not sent; after SwitchAway it may have gone out all the same
        raise
