"""Moments as a page's field of date and time says them, in the centre's zone."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

FIELD = "%Y-%m-%dT%H:%M"


def moment(text: str) -> datetime | None:
    """None for what is no moment. One that falls into the hour which clocks skip is put behind it."""
    try:
        said = parse_datetime(text.strip())
    except ValueError:
        return None
    if said is None or timezone.is_aware(said):
        return said
    return timezone.make_aware(said)


def field(at: datetime) -> str:
    """As the field holds it."""
    return timezone.localtime(at).strftime(FIELD)
