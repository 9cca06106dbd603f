"""When something is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

NOTHING_DONE = frozenset({429, 503})
"""The centre did nothing: any request may be sent again."""
PERHAPS_DONE = frozenset({502, 504})
"""A proxy did not get the answer: only what may come twice is sent again."""

MOST_DOUBLED = 60
"""A program that follows for months may try often: no wait is longer than a number can be."""


@dataclass(frozen=True)
class Patience:
    """``tries`` in all. Waits grow from ``first_s`` twofold up to ``longest_s``, each cut short by chance, so that many
    programs do not come back at one moment. A ``Retry-After`` is kept to, unless it asks for more than ``most_s``."""

    tries: int = 6
    first_s: float = 0.5
    longest_s: float = 20.0
    most_s: float = 120.0

    def wait(self, tried: int, asked: float | None, chance: float) -> float | None:
        """Seconds to wait after ``tried`` tries; None: give up. ``chance``: from 0 to 1."""
        if tried >= self.tries or (asked is not None and asked > self.most_s):
            return None
        grown = min(self.longest_s, self.first_s * 2.0 ** min(tried - 1, MOST_DOUBLED)) * (0.5 + chance / 2)
        return grown if asked is None else asked + chance * self.first_s


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds; None where the answer does not say. Proxies send a date."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
