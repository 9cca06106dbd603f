"""Taking an erased person out of the log. The events stay: what happened to calls is nobody's secret."""

from collections.abc import Collection

from crm.calls.erased.scrub import Scrub
from crm.events.models import Event
from crm.numbers import ERASED

BATCH = 500


def events_erase(calls: Collection[str], scrub: Scrub) -> int:
    """Of her calls: numbers become tokens, what else says who she is goes; how many events changed."""
    changed = []
    for event in Event.objects.filter(call_id__in=calls).iterator(BATCH):
        data = scrub.value(event.data)
        if data.get("name"):
            data["name"] = ""
        if data.get("number") and not data["number"].startswith(ERASED):
            data["number"] = ERASED  # her other numbers are not known
        if data != event.data:
            event.data = data
            changed.append(event)
    Event.objects.bulk_update(changed, ["data"], batch_size=BATCH)
    return len(changed)
