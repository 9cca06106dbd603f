"""Calls with visits, alerts, talks and agents' states, made by the database itself: any number, the same each time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

QUEUES, AGENTS, TRUNKS = 5, 40, 2
CALLERS_PER_CALL = 0.4

_CALLS = """
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT m.*, arrived + interval '5 seconds' AS entered,
    arrived + interval '5 seconds' + wait_ms * interval '1 millisecond' AS gone
FROM (
    SELECT i, 'c' || i AS call, 'queue' || floor({queue} * %(queues)s) AS queue,
        'agent' || floor({agent} * %(agents)s) AS agent, 'trunk' || floor({trunk} * %(trunks)s) AS trunk,
        date_trunc('milliseconds', %(begin)s::timestamptz + (i - {when}) / %(calls)s * %(length)s::interval) AS arrived,
        CASE WHEN {number} >= 0.05 THEN '+8615' || lpad(floor({number} * %(callers)s)::text, 9, '0') ELSE '' END
            AS number,
        CASE WHEN {fate} < 0.02 THEN 'blocked' WHEN {fate} < 0.03 THEN 'refused' WHEN {fate} < 0.08 THEN 'greeting'
             WHEN {fate} < 0.18 THEN 'outbound' WHEN {fate} < 0.25 THEN 'abandoned'
             WHEN {fate} < 0.26 THEN 'system_failure' WHEN {fate} < 0.27 THEN 'overflow'
             WHEN {fate} < 0.28 THEN 'callback_booked' WHEN {fate} < 0.281 THEN 'waiting' ELSE 'answered' END AS fate,
        CASE WHEN {long} < 0.001 THEN 3000000 ELSE floor(power({wait}, 4) * 120000)::bigint END AS wait_ms,
        floor(power({talk}, 2) * 600000)::bigint AS talk_ms,
        CASE WHEN {held} < 0.2 THEN floor({held} * 300000)::bigint ELSE 0 END AS hold_ms,
        floor({wrap} * 40000)::bigint AS wrap_ms, floor({ring} * 9000)::bigint AS ring_ms,
        {missed} < 0.1 AS missed, CASE WHEN {by} < 0.3 THEN 'agent' ELSE 'customer' END AS by
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
) m
"""
_CHANCES = ("queue", "agent", "trunk", "when", "number", "fate", "long", "wait", "talk", "held", "wrap", "ring",
            "missed", "by")  # fmt: skip


def _chance(salt: int) -> str:
    """0 … 1 by the call's number: no seed, no order."""
    return f"((hashint8extended(i, {salt}) & 1048575) / 1048576.0)"


_MONTH = "date_trunc('month', {} AT TIME ZONE 'UTC')::date"
_WAITED = "fate NOT IN ('blocked', 'refused', 'greeting', 'outbound')"
_TALKED = "fate IN ('answered', 'outbound')"
_TALK_END = "gone + (talk_ms + hold_ms) * interval '1 millisecond'"
_RECORDS = f"""
INSERT INTO calls_callrecord (month, call_id, number, number_e164, dialled, trunk, direction, arrived_at, answered_at,
    queue_entered_at, talk_started_at, ended_at, ended_by, sip_status, queue, agent, wait_ms, talk_ms, hold_ms, wrap_ms,
    dial_result)
SELECT {_MONTH.format("arrived")}, call, number, number, '4001', trunk,
    CASE WHEN fate = 'outbound' THEN 'outbound' ELSE 'inbound' END, arrived,
    CASE WHEN fate NOT IN ('blocked', 'refused', 'outbound') THEN arrived END,
    CASE WHEN {_WAITED} THEN entered END, CASE WHEN {_TALKED} THEN gone END,
    CASE fate WHEN 'waiting' THEN NULL WHEN 'blocked' THEN arrived WHEN 'refused' THEN arrived
        WHEN 'answered' THEN {_TALK_END} WHEN 'outbound' THEN {_TALK_END} ELSE gone END,
    CASE WHEN fate IN ('blocked', 'refused') THEN 'system' ELSE by END,
    CASE fate WHEN 'blocked' THEN '503' WHEN 'refused' THEN '403' ELSE '200' END,
    CASE WHEN {_WAITED} THEN queue ELSE '' END, CASE WHEN {_TALKED} THEN agent ELSE '' END,
    CASE WHEN {_WAITED} THEN wait_ms END, CASE WHEN {_TALKED} THEN talk_ms END, CASE WHEN {_TALKED} THEN hold_ms END,
    CASE WHEN {_TALKED} THEN wrap_ms END, CASE WHEN fate = 'outbound' THEN 'answered' ELSE '' END
FROM made
"""
_VISITS = f"""
INSERT INTO calls_queuevisit (month, visit, call_id, queue, entered_at, service_level_s, short_abandon_s, left_at, exit,
    wait_ms)
SELECT {_MONTH.format("entered")}, call || '-v', call, queue, entered, 15 + 5 * mod(i, 2), 5,
    CASE WHEN fate <> 'waiting' THEN gone END, CASE WHEN fate <> 'waiting' THEN fate ELSE '' END,
    CASE WHEN fate <> 'waiting' THEN wait_ms END
FROM made WHERE {_WAITED}
"""
_TALKS = f"""talk_started_at, talk_ended_at, talk_ms, hold_ms, talk_ended_by, wrap_ended_at, wrap_ms)
SELECT {{}} gone, {_TALK_END}, talk_ms, hold_ms, by, {_TALK_END} + wrap_ms * interval '1 millisecond', wrap_ms
FROM made"""
_ALERTS = (
    "INSERT INTO calls_offer (month, offer, call_id, visit, queue, agent, offered_at, waited_ms, ended_at, result, "
    "ring_ms, "
    + _TALKS.format(
        _MONTH.format("gone") + ", call || '-o', call, call || '-v', queue, agent, "
        "gone - ring_ms * interval '1 millisecond', wait_ms - ring_ms, gone, 'answered', ring_ms,"
    )
    + " WHERE fate = 'answered'"
)
_DIALS = (
    "INSERT INTO calls_offer (month, offer, call_id, agent, dialled_at, dial_ended_at, dial_result, dial_ms, "
    + _TALKS.format(_MONTH.format("arrived") + ", call || '-d', call, agent, arrived, gone, 'answered', wait_ms,")
    + " WHERE fate = 'outbound'"
)
_MISSES = f"""
INSERT INTO calls_offer (month, offer, call_id, visit, queue, agent, offered_at, waited_ms, ended_at, result, ring_ms)
SELECT {_MONTH.format("entered")}, call || '-m', call, call || '-v', queue, 'agent' || mod(i, %(agents)s), entered, 0,
    gone,     CASE mod(i, 3) WHEN 0 THEN 'rejected' WHEN 1 THEN 'rna' ELSE 'cancelled' END, wait_ms
FROM made WHERE {_WAITED} AND fate <> 'waiting' AND missed
"""
_STATES = """
INSERT INTO calls_agentstateinterval (id, agent, state, reason, started_at, seq, ended_at)
SELECT 's' || agent || '-' || n, 'agent' || agent,
    (ARRAY['ready', 'offered', 'talking', 'wrapup', 'paused', 'dialling', 'unreachable', 'offline'])[1 + kind],
    CASE WHEN kind = 4 THEN (ARRAY['lunch', 'training', ''])[1 + mod(n, 3)] ELSE '' END,
    begun, n, lead(begun) OVER (PARTITION BY agent ORDER BY n)
FROM (
    SELECT agent, n, (hashint8extended(agent * 1000003 + n, 7) & 7) AS kind,
        %(begin)s::timestamptz + sum(1 + (hashint8extended(agent * 1000003 + n, 8) & 1023)) OVER (
            PARTITION BY agent ORDER BY n) * interval '1.001 seconds' AS begun
    FROM generate_series(0, %(agents)s - 1) AS agent, generate_series(1, %(states)s) AS n
) s WHERE begun < %(begin)s::timestamptz + %(length)s::interval
"""
AT_ONCE = 50_000


def make(calls: int, begin: datetime, length: timedelta) -> Iterator[int]:
    """So many calls, spread over the time, in order of it, and states of all agents through it. Yields how many there
    are, again and again, so that what there is can be counted before more comes."""
    given = {"queues": QUEUES, "agents": AGENTS, "trunks": TRUNKS, "begin": begin, "length": length, "calls": calls}
    given |= {"callers": round(calls * CALLERS_PER_CALL), "states": round(length.total_seconds() / 512) + 1}
    made = _CALLS.format(**{name: _chance(salt) for salt, name in enumerate(_CHANCES)})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STATES, given)
    known = 0  # to the planner: it is told when there are twice as many, for it takes its time
    for first in range(1, calls + 1, AT_ONCE):
        last = min(calls, first + AT_ONCE - 1)
        with transaction.atomic(), connection.cursor() as cursor:
            part = given | {"first": first, "last": last}
            cursor.execute(made, part)
            for statement in (_RECORDS, _VISITS, _ALERTS, _DIALS, _MISSES):
                cursor.execute(statement, part)
            cursor.execute("DROP TABLE made")
            if last >= 2 * known:
                cursor.execute("ANALYZE calls_callrecord, calls_queuevisit, calls_offer, calls_agentstateinterval")
                known = last
        yield last
