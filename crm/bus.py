"""The CRM's connections to Redis.

redis-py gives each socket a time-out of 5 s, which cuts off calls that block for longer: so there are two clients.
"""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """For short calls: an unreachable Redis fails within seconds. Pooled and shared by threads."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3)


def blocking_client() -> redis.Redis:
    """A new client whose reads may block as long as they ask to. TCP keepalive finds a dead peer."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=3, socket_keepalive=True
    )
