"""Whether anything happened with a customer since a call to her was set (scheduled single calls run only if not)."""

import hashlib
import json
from typing import Any

from django.db.models import Q, QuerySet

from crm.calls.models import CallRecord
from crm.campaigns.models import Callback, Lead
from crm.customers.models import Customer


def touched_now(callback: Callback) -> dict[str, Any]:
    """What the customer is like: version and time of her record, and digests of her calls with their outcomes and
    notes, and of what campaigns made of her. Without the call in which it was agreed and the lead that it is of: both
    are still being written then."""
    version, changed = Customer.objects.values_list("version", "changed_at").get(pk=callback.customer_id)
    leads = Lead.objects.filter(customer=callback.customer_id).exclude(pk=callback.lead_id)
    return {
        "record": [version, changed.isoformat() if changed else ""],
        "calls": _digest(_calls(callback), "call_id", "disposition_id", "note"),
        "leads": _digest(leads, "campaign_id", "state", "outcome", "attempts"),
    }


def changes(callback: Callback) -> list[str]:
    """What is not any more as it was when it was set: record, calls, leads."""
    now = touched_now(callback)
    return [what for what, said in now.items() if callback.touched.get(what) != said]


def _calls(callback: Callback) -> QuerySet[CallRecord]:
    hers = Q(customer=callback.customer_id) | Q(number_e164=callback.number)
    own = callback.tries.values("id") if callback.pk else []
    return CallRecord.objects.filter(hers).exclude(call_id=callback.call_id).exclude(call_id__in=own)


def _digest(rows: QuerySet[Any], *fields: str) -> str:
    said = sorted([str(value) for value in row] for row in rows.order_by().values_list(*fields))
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
