"""What stands in the place of an erased number."""

import secrets
import threading
import time
from datetime import datetime

from django.utils.crypto import salted_hmac

from crm.calls.models import ErasedNumber
from crm.numbers import ERASED

FRESH_S = 10.0


def digest(number: str) -> str:
    """Of an E.164 number, keyed with SECRET_KEY: numbers are too few to hide behind a plain hash."""
    return salted_hmac("crm.privacy.number", number, algorithm="sha256").hexdigest()


def token_give(number: str, at: datetime) -> str:
    """The number's token; who was erased before and called again gets the one that she had."""
    fresh = {"token": f"{ERASED}{secrets.token_hex(6)}", "erased_at": at}
    row, made = ErasedNumber.objects.get_or_create(digest=digest(number), defaults=fresh)
    if not made and row.erased_at < at:
        row.erased_at = at
        row.save(update_fields=["erased_at"])
    return row.token


class Erased:
    """The erased numbers, read again every ten seconds: asked for each call that is recorded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = 0.0
        self._rows: dict[str, tuple[str, datetime]] = {}

    def token(self, number: str, at: datetime) -> str:
        """What stands for the E.164 number of a call of that time; "" if it was not erased since."""
        rows = self._fresh()
        token, until = rows.get(digest(number), ("", at)) if rows and number else ("", at)
        return token if at < until else ""

    def forget(self) -> None:
        self._read_at = 0.0

    def _fresh(self) -> dict[str, tuple[str, datetime]]:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_S or not self._read_at:
                self._rows = {
                    row.digest: (row.token, row.erased_at) for row in ErasedNumber.objects.all().iterator(5000)
                }
                self._read_at = time.monotonic()
            return self._rows


erased = Erased()
