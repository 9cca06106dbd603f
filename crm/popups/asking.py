"""Asking another system about a caller, within the lookup's time limit.

Answers are kept in Redis for a while, also that it knows nothing. A system that failed is not asked again for some
seconds, so that one that hangs costs each desk one wait and the web server no threads. Nothing about the caller is
logged; the keys in Redis are digests.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import redis
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm import bus
from crm.outward import seals
from crm.outward.client import NotSent, Outward
from crm.popups.addresses import NUMBERS, filled, used
from crm.popups.answers import decoded, taken
from crm.popups.models import Lookup

PURPOSE = "lookups"
RESTS_S = 5
"""So long a system that did not answer is left alone."""
ABSENT = frozenset({204, 404, 410})


@dataclass(frozen=True)
class Told:
    """``state``: found, nothing (it does not know the caller), silent (it did not answer; ``why``: a sentence or the
    HTTP status, for who set it up), unasked (the caller withheld the number that is asked by)."""

    state: str
    fields: tuple[tuple[str, str], ...] = ()
    why: str = ""


def ask(lookup: Lookup, values: Mapping[str, str], *, fresh: bool = False) -> Told:
    """``fresh``: whatever is kept. At most ``limit_ms`` pass."""
    if used(lookup.url) & NUMBERS and not values.get("number"):
        return Told("unasked")
    url = filled(lookup.url, values)
    key, rests = _keys(lookup, url)
    kept = None if fresh else _kept(key, rests)
    if kept is not None:
        return kept
    told = _asked(lookup, url)
    _keep(told, key, rests, lookup.kept_s)
    return told


def _asked(lookup: Lookup, url: str) -> Told:
    headers = {"Accept": "application/json"}
    try:
        if lookup.header:
            headers[lookup.header] = seals.opened(lookup.sealed, PURPOSE)
        answer = asyncio.run(_sent(url, headers, lookup.limit_ms / 1000))
    except NotSent as error:
        return Told("silent", why=str(error))
    except seals.Lost:
        return Told("silent", why=_("The value of the header has to be typed anew: SECRET_KEY is another now."))
    if answer.status in ABSENT:
        return Told("nothing")
    if not answer.good:
        return Told("silent", why=f"HTTP {answer.status}")
    try:
        fields = taken(decoded(answer.body), lookup.fields)
    except ValueError:
        return Told("silent", why="JSON?")
    return Told("found", tuple(fields)) if any(value for _label, value in fields) else Told("nothing")


async def _sent(url: str, headers: Mapping[str, str], seconds: float):  # noqa: ANN202
    outward = Outward(connections=1)
    try:
        return await outward.send("GET", url, headers=headers, seconds=seconds)
    finally:
        await outward.close()


def _keys(lookup: Lookup, url: str) -> tuple[str, str]:
    """Of the answer, as the lookup stands now and in her language, and of the rest after a failure."""
    asked = json.dumps([lookup.pk, url, lookup.fields, lookup.header, lookup.sealed, get_language()])
    return f"lookup:{hashlib.sha256(asked.encode()).hexdigest()}", f"lookup:{lookup.pk}:rests"


def _kept(key: str, rests: str) -> Told | None:
    try:
        raw, resting = bus.client().mget(key, rests)
    except redis.RedisError:
        return None
    if raw:
        state, fields = json.loads(raw)
        return Told(state, tuple((label, value) for label, value in fields))
    return Told("silent", why=resting.decode()) if resting else None


def _keep(told: Told, key: str, rests: str, seconds: int) -> None:
    try:
        if told.state == "silent":
            bus.client().set(rests, told.why, ex=RESTS_S)
        elif seconds:
            bus.client().set(key, json.dumps([told.state, told.fields]), ex=seconds)
    except redis.RedisError:
        return  # the next one asks again
