"""One request as it is sent. Pure.

The body is ``{"events": [...]}`` with one event or several, each as in the stream. It is signed as Standard Webhooks
describes, so receivers check it with a library: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``. The id is
the same whenever the same events are sent, and each event has its own.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from standardwebhooks.webhooks import Webhook as Signer


class Letter(NamedTuple):
    """``last``: number of the last event in it."""

    body: bytes
    headers: dict[str, str]
    last: int


def encoded(told: dict[str, Any]) -> bytes:
    """One event."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def letter(events: Sequence[tuple[int, bytes]], secrets: Sequence[str], *, at: datetime, mark: str = "") -> Letter:
    """``events``: number and ``encoded``; ``secrets``: the newest first, for receivers who still know the one before;
    ``mark`` tells a request for a test or one that is sent again from the first one."""
    body = b'{"events":[' + b",".join(one for _number, one in events) + b"]}"
    first, last = events[0][0], events[-1][0]
    name = f"evt_{mark}{first}" + (f"-{last}" if last != first else "")
    signed = " ".join(Signer(secret).sign(name, at, body.decode()) for secret in secrets)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signed,
    }
    return Letter(body, headers, last)
