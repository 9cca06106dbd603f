"""How long the oldest fact has waited to become a row."""

import redis
from django.conf import settings

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.alarms.looks.servers import connected
from switchctl.contract.names import MAIN, RECORD_GROUP, Names


def recorder(open: Open, names: Names = MAIN) -> Findings:
    """Nothing can be said without Redis."""
    try:
        with connected() as client:
            seconds, facts, known = waiting(client, names)
    except redis.RedisError:
        return {}
    bad = severity(seconds, settings.ALARM_RECORDER_LAG_S, open.get(("recorder_lag", "")))
    if not bad:
        return {"recorder_lag": []}
    text = words.RECORDER_LAGS if known else words.NO_RECORDER
    return {"recorder_lag": [Finding("", bad, text, {"seconds": round(seconds), "facts": facts})]}


def waiting(client: redis.Redis, names: Names) -> tuple[float, int, bool]:
    """(seconds that the oldest has waited, how many wait, whether there has ever been a recorder)."""
    if not client.exists(names.facts):
        return 0.0, 0, True
    groups = [group for group in client.xinfo_groups(names.facts) if _text(group["name"]) == RECORD_GROUP]
    if not groups:
        return age(client, names, "-"), int(client.xlen(names.facts)), False
    pending = client.xpending(names.facts, RECORD_GROUP)
    unread = int(groups[0].get("lag") or 0)
    begin = _text(pending["min"]) if pending["pending"] else f"({_text(groups[0]['last-delivered-id'])}"
    return age(client, names, begin), int(pending["pending"]) + unread, True


def age(client: redis.Redis, names: Names, begin: str) -> float:
    """Seconds since the first entry from ``begin`` on was added, by Redis' own clock; 0 when there is none."""
    found = client.xrange(names.facts, min=begin, count=1)
    if not found:
        return 0.0
    seconds, micros = client.time()
    return max(0.0, int(seconds) + int(micros) / 1e6 - int(_text(found[0][0]).partition("-")[0]) / 1000)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
