"""Strangers must not be able to fill the disk: of what they can repeat at will, so many entries a minute are enough."""

import time

from django.core.cache import cache

MOST = 30
"""Entries a minute from one address about one thing. The last of them says that there are more."""


def place(what: str, address: str) -> int:
    """The how-manieth this is in this minute; 1 when nobody can count (no Redis): better too many than none."""
    key = f"audit-flood:{what}:{address}:{int(time.time() // 60)}"
    try:
        cache.add(key, 0, 120)
        return int(cache.incr(key))
    except Exception:  # whatever the cache raises: the entry matters more
        return 1
