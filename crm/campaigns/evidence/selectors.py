"""Whether there is evidence of a call."""

from crm.campaigns.models import Evidence


def evidence_there(call_id: str) -> bool:
    """A call that was dialled for a campaign or a callback has the id of its attempt."""
    return Evidence.objects.filter(attempt=call_id).exists()
