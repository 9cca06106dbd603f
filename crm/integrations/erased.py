"""Somebody was erased: what was answered to programs lately may have told who she was."""

from datetime import datetime

from crm.integrations.models import Answer

GONE = "erased"
"""No seal opens it: a repeat is told that its work was done and where to look, and is not done anew."""
_TOMBSTONES = "/api/v1/privacy/erasures/"


def answers_erase(until: datetime) -> int:
    """Takes away what was answered until then, but for erasures, which tell nobody; how many."""
    told = Answer.objects.filter(at__lte=until).exclude(body="").exclude(body=GONE)
    return told.exclude(headers__Location__startswith=_TOMBSTONES).update(body=GONE)
