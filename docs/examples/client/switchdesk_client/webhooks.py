"""Checking that a webhook is the centre's (https://www.standardwebhooks.com/)."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence

from .events import Event

OLDEST_S = 300.0
"""What was signed longer ago may be a copy that somebody sends again."""


class Forged(Exception):
    """Not signed by a secret of ours, or not now. Answer 401 and take nothing of it."""


def verified(
    secrets: str | Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> list[Event]:  # fmt: skip
    """The events of a request. Pass the body as it came, before any parser saw it.

    ``secrets``: ``whsec_…``; the new one and the one before while you change over. ``now``: seconds since the epoch.
    Raises Forged. What comes again has the same ``webhook-id``, and its events the same ids: forget those you know.
    """
    said = {name.lower(): value for name, value in headers.items()}
    ident, at = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not at.isascii() or not at.isdigit() or abs((time.time() if now is None else now) - int(at)) > OLDEST_S:
        raise Forged("it was signed at another time")
    given = [one[3:].encode() for one in said.get("webhook-signature", "").split() if one.startswith("v1,")]
    signed = f"{ident}.{at}.".encode() + body
    for secret in (secrets,) if isinstance(secrets, str) else secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(wanted, one) for one in given):
            return [Event.of(one) for one in json.loads(body)["events"]]
    raise Forged("no signature fits")
