"""What a customer heard before she was joined with anybody."""

from datetime import timedelta
from typing import Any

from crm.campaigns.models import Attempt, Evidence

AT_ONCE = timedelta(seconds=1)
"""No sound is shorter, and a switch that lacks the file joins the two sooner."""


def played(attempt: Attempt) -> dict[str, Any]:
    """``played``: the prompt with which the call was handed over, from when and until when; nothing where there was
    none, nobody answered, or the switch had no time to play it. The rules may have another one by now, so the evidence
    itself is asked."""
    over = attempt.joined_at or attempt.ended_at
    if attempt.answered_at is None or (over is not None and over - attempt.answered_at < AT_ONCE):
        return {}
    allowed = Evidence.objects.filter(attempt=attempt.pk, kind="allowed").order_by("-seq")
    prompt = allowed.values_list("facts__prompt", flat=True).first()
    return {"played": {"prompt": prompt, "since": attempt.answered_at, "until": over}} if prompt else {}
