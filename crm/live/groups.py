"""Names of the channel groups: whom a message is for."""

from hashlib import blake2s

FLOOR = "live.floor"
PULSE = "live.pulse"
PARKED = "live.parked"
"""Every desk: the slots of parked calls."""


def desk(login: str) -> str:
    """One agent's desk. Group names allow less than logins do, so the login is hashed."""
    return f"live.desk.{_short(login)}"


def phone(extension: str) -> str:
    """The desk whose phone it is."""
    return f"live.phone.{_short(extension)}"


def queue(code: str) -> str:
    """The desks of those who serve a queue."""
    return f"live.queue.{_short(code)}"


def session(key: str) -> str:
    """The pages that are open in one session."""
    return f"live.session.{_short(key)}"


def user(login: str) -> str:
    """All open pages of one user."""
    return f"live.user.{_short(login)}"


def _short(text: str) -> str:
    return blake2s(text.encode(), digest_size=12).hexdigest()
