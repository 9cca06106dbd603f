"""The watch's own sign of life: where nobody watches, a page that says "nothing is wrong" would lie."""

import redis

from crm import bus

KEY = "ccs:{main}:watch"
LIFE_S = 60


def watched() -> bool | None:
    """Whether the watch has looked within the last minute; None while Redis cannot be asked."""
    try:
        return bool(bus.client().exists(KEY))
    except redis.RedisError:
        return None
