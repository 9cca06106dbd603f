"""Whom she may call next for her campaigns: the lead that she looks at, and those that she may choose from."""

from datetime import datetime
from typing import Any

from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.accounts.selectors import names_of
from crm.campaigns.models import Attempt, Mode
from crm.campaigns.preview.selectors import Leads, campaigns_of, leads_open
from crm.campaigns.preview.services import preview_shown
from crm.campaigns.preview.words import SKIPS
from crm.customers.card import caller_card
from crm.customers.models import Customer
from crm.customers.sight import customers_visible
from crm.desk.campaigns import attempt_words, earlier, lead_words, script_for
from crm.telephony.selectors import queue_names

LAST_CALLS = 3


def next_customer(user: User, at: datetime) -> dict[str, Any]:
    """Context of the card. ``previews`` and ``manuals``: her campaigns that run; with none of both there is no card."""
    hers = campaigns_of(user, at, (Mode.PREVIEW, Mode.MANUAL))
    manuals = [one for one in hers if one.mode == Mode.MANUAL]
    told: dict[str, Any] = {
        "previews": [one for one in hers if one.mode == Mode.PREVIEW],
        "manuals": [leads_of(user, one.pk, at) | {"campaign": one} for one in manuals],
        "skips": SKIPS,
        "shown": None,
    }
    preview = preview_shown(user, at)
    if preview is None:
        return told
    attempt = Attempt.objects.get(pk=preview.attempt)
    before = earlier(attempt)
    card = caller_card(preview.number, whole=sees_whole(user), calls=LAST_CALLS, known=preview.customer)
    return told | {
        "shown": preview,
        "card": card,
        "opens": sees(user, preview.customer),
        "number_of": len(before) + 1,
        "last": attempt_words(before[0]) if before else lead_words(preview.lead.outcome),
        "script": script_for(preview.campaign, preview.customer, user),
        "until": round(preview.until.timestamp() * 1_000_000),
        "queue_names": queue_names(),
        "people": names_of({call.agent for call in card.last_calls if call.agent}) | {"": ""},
    }


def leads_of(user: User, campaign_id: int, at: datetime, *, after: int = 0) -> dict[str, Any]:
    """Context of a page of a manual campaign's list."""
    page: Leads = leads_open(user, campaign_id, at, after=after)
    rows = [(lead, lead_words(lead.outcome)) for lead in page.rows]
    return {"rows": rows, "after": page.after, "campaign_id": campaign_id}


def sees(user: User, customer: Customer) -> bool:
    """Whether her page is open to the user."""
    return customers_visible(user).filter(pk=customer.pk).exists()
