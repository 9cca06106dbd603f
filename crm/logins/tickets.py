"""Tickets of websockets: a page fetches one by POST and shows it once, within seconds.

A session cookie goes along with whatever page opens a socket; a ticket only with ours, for another site can neither
send the POST (CSRF) nor read its answer.
"""

import hashlib
import secrets

import redis

from crm import bus

LIFE_S = 30
PREFIX = "ticket."


def ticket_make(*, user_id: int, session_key: str) -> str:
    """Bound to user and session. Raises redis.RedisError."""
    ticket = secrets.token_urlsafe(24)
    bus.client().set(_key(ticket), _owner(user_id, session_key), ex=LIFE_S)
    return ticket


def ticket_take(ticket: str, *, user_id: int, session_key: str | None) -> bool:
    """Whether it is good; whatever the answer, it is used up. False when Redis is away: then no page is live anyhow."""
    try:
        owner = bus.client().getdel(_key(ticket)) if ticket else None
    except redis.RedisError:
        return False
    return owner is not None and secrets.compare_digest(owner.decode(), _owner(user_id, session_key or ""))


def ticket_shown(subprotocols: list[str]) -> str:
    """The browser sends it as a subprotocol: an address would stand in logs."""
    return next((word.removeprefix(PREFIX) for word in subprotocols if word.startswith(PREFIX)), "")


def _key(ticket: str) -> str:
    return f"ccs:ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"


def _owner(user_id: int, session_key: str) -> str:
    return hashlib.sha256(f"{user_id}:{session_key}".encode()).hexdigest()
