"""The text of tokens. Pure but for the dice."""

import hashlib
import hmac
import re
import secrets
from ipaddress import ip_address, ip_network
from typing import NamedTuple

MARK = "sd"
"""Begins each token, so that scanners of repositories and logs know one when they see it."""
_TEXT = re.compile(rf"{MARK}_([a-z0-9]{{12}})_([A-Za-z0-9_-]{{43}})\Z")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Key(NamedTuple):
    """``text`` is what the program keeps, ``prefix`` and ``digest`` what we do."""

    text: str
    prefix: str
    digest: str


def key_made() -> Key:
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(12))
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    return Key(text, prefix, digest_of(text))


def prefix_of(text: str) -> str:
    """ "" when it is no token."""
    found = _TEXT.match(text)
    return found[1] if found else ""


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def fits(text: str, digest: str) -> bool:
    """In a time that tells nothing about where they differ."""
    return hmac.compare_digest(digest_of(text), digest)


def is_allowed(address: str, networks: list[str]) -> bool:
    """Whether an address lies in one of the networks; everywhere is allowed where there are none. An IPv4 address that
    comes mapped into IPv6 is what it stands for."""
    if not networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in map(ip_network, networks) if network.version == found.version)
