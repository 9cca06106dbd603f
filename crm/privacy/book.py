"""The book of erasures, outside the database: a restored backup no longer knows those that came after it."""

import json
from pathlib import Path

from django.conf import settings

from crm.calls.erased.tokens import digest
from crm.calls.models import ErasedNumber
from crm.privacy.models import Erasure


def note(erasure: Erasure, numbers: list[str]) -> None:
    """One line: digests and tokens of the numbers, keys of customers, nothing of who it was."""
    rows = ErasedNumber.objects.filter(digest__in=map(digest, numbers)).values_list("digest", "token")
    line = {"at": erasure.asked_at.isoformat(), "customers": erasure.customers, "numbers": dict(rows)}
    path = Path(settings.ERASURES)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
