"""Secrets of webhooks: random, shown once, sealed where they are kept."""

import base64
import secrets
from datetime import datetime
from typing import NamedTuple

from crm.outward import seals

MARK = "whsec_"
"""As the libraries of receivers expect it."""
PURPOSE = "webhooks"


class Keys(NamedTuple):
    """The secrets of one webhook, opened. ``before``: the one that its receivers may still know, "" for none;
    ``until``: when that is over."""

    newest: str
    before: str = ""
    until: datetime | None = None

    def at(self, now: datetime) -> list[str]:
        """With which a request is signed at this moment, the newest first."""
        return [self.newest, self.before] if self.before and self.until and now < self.until else [self.newest]


def secret_made() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(secret: str) -> str:
    return seals.sealed(secret, PURPOSE)


def opened(kept: str) -> str:
    """Raises seals.Lost when SECRET_KEY is another one than it was sealed with."""
    return seals.opened(kept, PURPOSE)
