"""Secrets that must be read again, sealed with the site's key where they are kept. One purpose cannot open what
another sealed."""

import base64
import hashlib

from django.conf import settings


class Lost(Exception):
    """It was sealed with another SECRET_KEY than today's, and nobody can read it any more."""


def sealed(secret: str, purpose: str) -> str:
    return _box(purpose).encrypt(secret.encode()).decode()


def opened(kept: str, purpose: str) -> str:
    """Raises Lost when SECRET_KEY is another one than it was sealed with."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(purpose).decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise Lost from error


def _box(purpose: str):  # noqa: ANN202
    from cryptography.fernet import Fernet  # loaded when it is needed: it is large

    key = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
