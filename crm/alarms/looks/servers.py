"""Do PostgreSQL and Redis answer, to a new connection each time, as the other processes would need one?"""

import time

import redis as redispy
from django.conf import settings
from django.db import DatabaseError, connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from crm.alarms import words
from crm.alarms.alive import KEY, LIFE_S
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.alarms.models import Severity


def database(open: Open) -> Findings:
    """Away, or slow."""
    begun = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        params = {"reason": _said(error)}
        return {"database_away": [Finding("", Severity.CRITICAL, words.DATABASE_AWAY, params)]}
    took = time.monotonic() - begun
    bad = severity(took, settings.ALARM_DATABASE_S, open.get(("database_slow", "")))
    params = {"seconds": f"{took:.1f}"}
    slow = [Finding("", bad, words.DATABASE_SLOW, params)] if bad else []
    return {"database_away": [], "database_slow": slow}


def redis(open: Open) -> Findings:
    """Away, or not taking writes (the watch's own sign of life is the probe)."""
    try:
        with connected() as client:
            client.set(KEY, f"{time.time():.0f}", ex=LIFE_S)
    except redispy.RedisError as error:
        return {"redis_away": [Finding("", Severity.CRITICAL, words.REDIS_AWAY, {"reason": _said(error)})]}
    return {"redis_away": []}


def connected() -> redispy.Redis:
    """A client that fails within three seconds and does not try again."""
    return redispy.Redis.from_url(
        settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3, retry=Retry(NoBackoff(), 0)
    )


def _said(error: Exception) -> str:
    """Its first line; the addresses in it are ours, the passwords are not in it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
