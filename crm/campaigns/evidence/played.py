"""What a customer heard before she was joined with anybody."""

from typing import Any

from crm.campaigns.models import Attempt, Evidence


def played(attempt: Attempt) -> dict[str, Any]:
    """``played``: the prompt with which the call was handed over, from when and until when; nothing where there was
    none, or nobody answered. The rules may have another one by now, so the evidence itself is asked."""
    if attempt.answered_at is None:
        return {}
    allowed = Evidence.objects.filter(attempt=attempt.pk, kind="allowed").order_by("-seq")
    prompt = allowed.values_list("facts__prompt", flat=True).first()
    until = attempt.joined_at or attempt.ended_at
    return {"played": {"prompt": prompt, "since": attempt.answered_at, "until": until}} if prompt else {}
