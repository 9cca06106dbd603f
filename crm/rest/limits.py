"""How many requests a token may send in a minute, counted in Redis."""

import math
import time

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from crm import bus

MINUTE_S = 60
STRANGERS = 60
"""Requests of an address without a good token in a minute: who guesses is slowed down."""


KEYS = "ccs:api:rate"


class PerMinute(BaseThrottle):
    """A fixed minute per token, per address for strangers. A Redis that is away limits nobody.

    The answer says where one stands (``RateLimit-*``, put there by the Endpoint).
    """

    def allow_request(self, request: Request, view: object) -> bool:
        token = request.auth
        most = (token.rate or settings.API_RATE) if token else STRANGERS
        who = f"token:{token.pk}" if token else f"from:{request.META.get('REMOTE_ADDR')}"
        now = time.time()
        self._left_s = MINUTE_S - now % MINUTE_S
        try:
            used = _counted(f"{KEYS}:{who}:{int(now // MINUTE_S)}")
        except RedisError:
            return True
        request._request.rate_limit = (most, max(0, most - used), math.ceil(self._left_s))  # type: ignore[attr-defined]
        return used <= most

    def wait(self) -> float:
        return self._left_s


def _counted(key: str) -> int:
    """One more; both orders travel as one, over a connection that is there."""
    with bus.client().pipeline(transaction=False) as both:
        used, _kept = both.incr(key).expire(key, 2 * MINUTE_S).execute()
    return int(used)


def headers_of(request: Request) -> dict[str, str]:
    """``RateLimit-Limit``, ``-Remaining`` and ``-Reset`` (seconds)."""
    said = getattr(request._request, "rate_limit", None)
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return dict(zip(names, map(str, said), strict=True)) if said else {}


def sentence(wait: float | None) -> str:
    return _("The limit of requests per minute is reached. Wait %(n)d seconds.") % {"n": math.ceil(wait or 1)}
