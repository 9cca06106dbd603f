"""`/healthz`: can this web process serve, and does a daemon decide about calls?"""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from switchctl.contract.names import MAIN


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while database and Redis answer, else 503; the body says which does not.

    A missing daemon is told but stays 200: a balancer that took every web server away for it would also take
    away the page that shows what is wrong.
    """
    parts = {"database": _database(), **_redis_and_daemon()}
    serving = parts["database"] == parts["redis"] == "ok"
    return JsonResponse(parts, status=200 if serving else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "ok"


def _redis_and_daemon() -> dict[str, str]:
    """The daemon renews a key with a short life; the key is there, or the daemon is not."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            alive = client.exists(MAIN.daemon)
    except redis.RedisError:
        return {"redis": "away", "daemon": "unknown"}
    return {"redis": "ok", "daemon": "ok" if alive else "away"}
