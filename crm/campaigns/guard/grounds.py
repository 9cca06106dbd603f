"""On what grounds a call was allowed or not: what evidence keeps of it."""

from datetime import datetime
from typing import Any

from django.conf import settings

from crm.campaigns.hours.windows import windows_on
from crm.campaigns.hours.zones import clocks, names
from crm.campaigns.models import Campaign


def alike(rules: Campaign, zone: str, until: datetime | None, at: datetime) -> dict[str, Any]:
    """Of all that the campaign calls in that zone at that moment. ``until``: when its hours end that are on."""
    return {
        "zone": ",".join(names(zone)),
        "there": [at.astimezone(clock).strftime("%Y-%m-%dT%H:%M%z") for clock in clocks(zone)],
        "hours_until": until,
        "windows": windows_on(rules, zone, at),
        "holidays": rules.holidays,
        "shows": rules.caller_number or settings.DIAL_CALLER_NUMBER,
        "prompt": rules.prompt,
        "campaign": rules.pk,
        "rules": rules.rules,
    }
