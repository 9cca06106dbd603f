"""Figures that are counted from many rows, and kept meanwhile.

What is counted quickly is counted again when somebody looks and what is kept is too old. What takes long, as it does
with a million leads, nobody who looks waits for: she gets what is kept, and a worker counts anew (``recount``), the
rarer the longer it takes. Of campaigns that run or are paused something is always kept. Only where no worker counted
for minutes does who looks count herself.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.core.cache import cache
from redis import RedisError

KEPT_S, KEPT_AT_MOST_S = 2.0, 60.0
SHARE = 20
"""At most one part in so many of the database's time goes into counting the same thing again."""
SLOW_S = 0.05
"""What takes longer is left to the workers."""
PRIMED_S, LOST_S, HELD_S = 100.0, 180.0, 3600
"""A worker counts what is older than the first though nobody looks; what is older than the second is not shown."""
WANTED = "campaigns:wanted"

Count = Callable[[], Any]


def kept(name: str, count: Count, *, background: bool = False) -> Any:
    """What ``count`` says, or said a moment ago. ``background``: a worker recounts it by this name."""
    try:
        found = cache.get(_key(name))
        if found is not None:
            told, at, took = found
            age = time.time() - at
            if age < _fresh(took):
                return told
            if background and took > SLOW_S and age < LOST_S:
                cache.set(WANTED, cache.get(WANTED, set()) | {name}, HELD_S)  # who is forgotten asks again at once
                return told
    except RedisError:
        return count()
    return _counted(name, count)


def recount(counts: Mapping[str, Callable[[int], Any]], always: Iterable[int]) -> int:
    """Counts what somebody waits for, and of the campaigns ``always`` what is old. ``counts``: the first part of a name
    ``<what>:<campaign>`` → who counts it. How many were counted."""
    names = [f"{what}:{campaign}" for what in counts for campaign in always]
    try:
        wanted = cache.get(WANTED, set())
        cache.delete(WANTED)
        found = cache.get_many([_key(name) for name in names])
    except RedisError:
        return 0
    now = time.time()
    old = [name for name in names if now - found.get(_key(name), (None, 0.0, 0.0))[1] > PRIMED_S]
    done = 0
    for name in dict.fromkeys([*wanted, *old]):
        what, _colon, campaign = name.partition(":")
        if what in counts:
            _counted(name, partial(counts[what], int(campaign)))
            done += 1
    return done


def _counted(name: str, count: Count) -> Any:
    begun = time.monotonic()
    told = count()
    try:
        cache.set(_key(name), (told, time.time(), time.monotonic() - begun), HELD_S)
    except RedisError:
        pass
    return told


def _fresh(took: float) -> float:
    return min(max(KEPT_S, took * SHARE), KEPT_AT_MOST_S)


def _key(name: str) -> str:
    return f"campaigns:{name}"
