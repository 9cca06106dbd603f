"""Secrets of webhooks: random, shown once, sealed where they are kept."""

import base64
import secrets

from crm.outward import seals

MARK = "whsec_"
"""As the libraries of receivers expect it."""
PURPOSE = "webhooks"


def secret_made() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(secret: str) -> str:
    return seals.sealed(secret, PURPOSE)


def opened(kept: str) -> str:
    """Raises seals.Lost when SECRET_KEY is another one than it was sealed with."""
    return seals.opened(kept, PURPOSE)
