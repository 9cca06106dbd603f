"""SQL that counts half-hours of queues anew from visits, alerts and talks."""

from crm.reports.rollup.touched import binned
from crm.reports.rollup.triggers import LONG_VISIT, MONTHS

_END = "d.start + interval '30 minutes'"
_KNOWN = "v.month BETWEEN d.low AND d.high AND v.queue = d.queue"
_DIRTY = f"""dirty AS MATERIALIZED (
    SELECT d.queue, d.start, low, high
    FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[]) AS d(queue, start) {MONTHS}
)"""
NEW_CALLERS = f"""
WITH {_DIRTY}, visit AS MATERIALIZED (
    SELECT d.low, d.high, v.call_id FROM dirty d CROSS JOIN LATERAL (
        SELECT v.call_id FROM calls_queuevisit v WHERE {_KNOWN}
        AND v.entered_at >= d.start - interval '30 minutes' AND v.entered_at < {_END} OFFSET 0) v
    UNION ALL
    SELECT d.low, d.high, v.call_id FROM dirty d CROSS JOIN LATERAL (
        SELECT v.call_id FROM calls_queuevisit v WHERE {_KNOWN}
        AND v.left_at >= d.start AND v.left_at < {_END} AND {LONG_VISIT} OFFSET 0) v
)
INSERT INTO reports_caller (number)
SELECT DISTINCT r.number_e164 FROM visit v CROSS JOIN LATERAL (
    SELECT r.number_e164 FROM calls_callrecord r
    WHERE r.call_id = v.call_id AND r.month BETWEEN v.low AND v.high OFFSET 0) r
WHERE r.number_e164 <> '' AND NOT EXISTS (SELECT FROM reports_caller c WHERE c.number = r.number_e164 OFFSET 0)
ON CONFLICT (number) DO NOTHING
"""
"""Ids for numbers that were never counted before."""

_OWN = (
    "v.visit, v.call_id, v.entered_at, v.left_at, v.exit, v.service_level_s * 1000 AS level_ms, "
    "v.short_abandon_s * 1000 AS short_ms, CASE WHEN v.left_at IS NOT NULL THEN "
    "COALESCE(v.wait_ms, round(extract(epoch FROM v.left_at - v.entered_at) * 1000)::bigint) END AS wait"
)
_VISIT = f"d.low, d.high, {_OWN}"
_NAMED = "'answered', 'abandoned', 'callback_booked', 'overflow', 'timeout', 'voicemail', 'system_failure', ''"
_OVER = "v.left_at IS NOT NULL AND v.exit <> 'system_failure'"

COUNTS = {
    "offered": "count(*)",
    "first": "count(*) FILTER (WHERE v.is_first)",
    "answered": "count(*) FILTER (WHERE v.exit = 'answered')",
    "in_time": "count(*) FILTER (WHERE v.exit = 'answered' AND v.wait <= v.level_ms)",
    "abandoned": "count(*) FILTER (WHERE v.exit = 'abandoned')",
    "short": "count(*) FILTER (WHERE v.exit = 'abandoned' AND v.wait < v.short_ms)",
    "abandoned_in_time": "count(*) FILTER (WHERE v.exit = 'abandoned' AND v.wait <= v.level_ms)",
    "callbacks": "count(*) FILTER (WHERE v.exit = 'callback_booked')",
    "overflows": "count(*) FILTER (WHERE v.exit = 'overflow')",
    "timeouts": "count(*) FILTER (WHERE v.exit = 'timeout')",
    "voicemails": "count(*) FILTER (WHERE v.exit = 'voicemail')",
    "others": f"count(*) FILTER (WHERE v.left_at IS NOT NULL AND v.exit NOT IN ({_NAMED}))",
    "failed": "count(*) FILTER (WHERE v.exit = 'system_failure')",
    "waiting": "count(*) FILTER (WHERE v.left_at IS NULL)",
    "queued": f"count(*) FILTER (WHERE {_OVER} AND NOT v.at_once)",
    "withheld": "count(*) FILTER (WHERE v.number = '')",
    "wait_answered_ms": "sum(v.wait) FILTER (WHERE v.exit = 'answered')",
    "wait_abandoned_ms": "sum(v.wait) FILTER (WHERE v.exit = 'abandoned')",
    "wait_short_ms": "sum(v.wait) FILTER (WHERE v.exit = 'abandoned' AND v.wait < v.short_ms)",
    "wait_all_ms": f"sum(v.wait) FILTER (WHERE {_OVER})",
    "max_wait_ms": "max(v.wait)",
    "max_wait_answered_ms": "max(v.wait) FILTER (WHERE v.exit = 'answered')",
    "max_wait_abandoned_ms": "max(v.wait) FILTER (WHERE v.exit = 'abandoned')",
}
_TALKED = "count(*) FILTER (WHERE l.talk_ended_at IS NOT NULL"
LEG_COUNTS = {
    "alerts_answered": "count(*) FILTER (WHERE l.result = 'answered')",
    "alerts_missed": "count(*) FILTER (WHERE l.result IN ('rna', 'rejected'))",
    "ring_ms": "sum(l.ring_ms) FILTER (WHERE l.result = 'answered')",
    "handled": f"{_TALKED})",
    "held": f"{_TALKED} AND l.hold_ms > 0)",
    "short_talks": f"{_TALKED} AND l.talk_ms < 10000)",
    "agent_hangups": f"{_TALKED} AND l.talk_ended_by = 'agent')",
    "talk_ms": "sum(l.talk_ms) FILTER (WHERE l.talk_ended_at IS NOT NULL)",
    "hold_ms": "sum(l.hold_ms) FILTER (WHERE l.talk_ended_at IS NOT NULL)",
    "wrap_ms": "sum(l.wrap_ms) FILTER (WHERE l.talk_ended_at IS NOT NULL)",
}
_TALKS = "SELECT of_queue AS queue, start, by, (talk_ms + hold_ms) / 1000 AS s FROM leg WHERE talk_ended_at IS NOT NULL"
LEG_OPEN = """(l.offered_at IS NOT NULL AND l.ended_at IS NULL)
    OR (l.dialled_at IS NOT NULL AND l.dial_ended_at IS NULL)
    OR (l.talk_started_at IS NOT NULL AND l.talk_ended_at IS NULL)
    OR (l.talk_ended_at IS NOT NULL AND l.talk_end_rank = 0 AND l.wrap_ended_at IS NULL)"""
"""An alert, dial, talk or wrap-up of which the end is still to come."""


def spread(cte: str, second: str, where: str, names: tuple[str, str]) -> str:
    """CTE: whole seconds and how many had them, as two arrays in the order of the seconds."""
    return f"""(
    SELECT queue, start, by, array_agg(s ORDER BY s) AS {names[0]}, array_agg(n ORDER BY s) AS {names[1]} FROM (
        SELECT queue, start, by, ({second})::int AS s, count(*)::int AS n FROM {cte} WHERE {where} GROUP BY 1, 2, 3, 4
    ) per_second GROUP BY 1, 2, 3
)"""


_SUMS = ", ".join(f"COALESCE(c.{name}, 0) AS {name}" for name in COUNTS)
_LEG_SUMS = ", ".join(f"COALESCE(g.{name}, 0) AS {name}" for name in LEG_COUNTS)

_SEEN = f"""{_DIRTY}, visit AS MATERIALIZED (
    SELECT d.queue, d.start, 'offered' AS by, {_VISIT} FROM dirty d CROSS JOIN LATERAL (
        SELECT v.* FROM calls_queuevisit v WHERE {_KNOWN}
        AND v.entered_at >= d.start AND v.entered_at < {_END} OFFSET 0) v
    UNION ALL
    SELECT d.queue, d.start, 'event', {_VISIT} FROM dirty d CROSS JOIN LATERAL (
        SELECT v.* FROM calls_queuevisit v WHERE {_KNOWN}
        AND v.entered_at >= d.start - interval '30 minutes' AND v.entered_at < {_END}
        AND v.left_at >= d.start AND v.left_at < {_END} AND NOT {LONG_VISIT} OFFSET 0) v
    UNION ALL
    SELECT d.queue, d.start, 'event', {_VISIT} FROM dirty d CROSS JOIN LATERAL (
        SELECT v.* FROM calls_queuevisit v WHERE {_KNOWN}
        AND v.left_at >= d.start AND v.left_at < {_END} AND {LONG_VISIT} OFFSET 0) v
), seen AS MATERIALIZED (
    SELECT v.*, COALESCE(r.number_e164, '') AS number, k.id AS caller,
        NOT EXISTS (SELECT FROM calls_queuevisit e WHERE e.call_id = v.call_id AND e.month BETWEEN v.low AND v.high
                    AND (e.entered_at, e.visit) < (v.entered_at, v.visit)) AS is_first,
        EXISTS (SELECT FROM calls_offer o WHERE o.call_id = v.call_id AND o.month BETWEEN v.low AND v.high
                AND o.visit = v.visit AND o.waited_ms < 1000) AS at_once,
        EXISTS (SELECT FROM calls_callrecord e WHERE e.number_e164 = r.number_e164 AND e.number_e164 <> ''
                AND e.month BETWEEN (v.low - interval '1 month')::date AND v.high
                AND e.arrived_at >= r.arrived_at - interval '24 hours' AND e.arrived_at <= r.arrived_at
                AND (e.arrived_at, e.call_id) < (r.arrived_at, r.call_id) AND e.direction = 'inbound') AS again
    FROM visit v
    LEFT JOIN LATERAL (
        SELECT r.number_e164, r.arrived_at, r.call_id FROM calls_callrecord r
        WHERE r.call_id = v.call_id AND r.month BETWEEN v.low AND v.high LIMIT 1
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT k.id FROM reports_caller k WHERE k.number = r.number_e164 AND k.number <> '' OFFSET 0
    ) k ON true
), leg AS MATERIALIZED (
    SELECT v.queue AS of_queue, v.start, v.by, o.* FROM visit v
    CROSS JOIN LATERAL (
        SELECT o.* FROM calls_offer o
        WHERE o.month BETWEEN v.low AND v.high AND o.call_id = v.call_id AND o.visit = v.visit OFFSET 0
    ) o
)"""
_REST = f"""counted AS (
    SELECT v.queue, v.start, v.by, bool_and(v.left_at IS NOT NULL) AS final,
        {", ".join(f"{count} AS {name}" for name, count in COUNTS.items())},
        array_agg(DISTINCT v.caller ORDER BY v.caller) FILTER (WHERE v.caller IS NOT NULL) AS callers,
        array_agg(DISTINCT v.caller ORDER BY v.caller) FILTER (WHERE v.again) AS repeaters
    FROM seen v GROUP BY 1, 2, 3
), legs AS (
    SELECT l.of_queue AS queue, l.start, l.by, NOT bool_or({LEG_OPEN}) AS final,
        {", ".join(f"{count} AS {name}" for name, count in LEG_COUNTS.items())}
    FROM leg l GROUP BY 1, 2, 3
), waits AS {spread("visit", "wait / 1000", "exit = 'answered'", ("wait_s", "wait_n"))}
, online AS {spread(f"({_TALKS}) t", "s", "s IS NOT NULL", ("online_s", "online_n"))}
SELECT c.queue, c.start, c.by, c.final AND COALESCE(g.final, true) AS final, {_SUMS}, {_LEG_SUMS},
    COALESCE(w.wait_s, '{{}}') AS wait_s, COALESCE(w.wait_n, '{{}}') AS wait_n,
    COALESCE(t.online_s, '{{}}') AS online_s, COALESCE(t.online_n, '{{}}') AS online_n,
    COALESCE(c.callers, '{{}}') AS callers, COALESCE(c.repeaters, '{{}}') AS repeaters
FROM counted c LEFT JOIN legs g USING (queue, start, by)
LEFT JOIN waits w USING (queue, start, by) LEFT JOIN online t USING (queue, start, by)
"""
FRESH = f"WITH {_SEEN}, {_REST}"
"""For half-hours of queues: ``keys`` and ``starts`` side by side. Half-hours without a visit give no row."""

_WITHIN = "month BETWEEN %(low)s AND %(high)s"
ALL_NEW_CALLERS = f"""
INSERT INTO reports_caller (number)
SELECT DISTINCT r.number_e164 FROM calls_callrecord r
WHERE r.{_WITHIN} AND r.number_e164 <> '' AND EXISTS (
    SELECT FROM calls_queuevisit v WHERE v.call_id = r.call_id AND v.{_WITHIN} AND v.entered_at IS NOT NULL)
ON CONFLICT (number) DO NOTHING
"""
ALL = f"""
WITH visit AS MATERIALIZED (
    SELECT v.queue, {binned("v.entered_at")} AS start, 'offered' AS by, {_OWN} FROM calls_queuevisit v
    WHERE v.{_WITHIN} AND v.entered_at >= %(since)s AND v.entered_at < %(until)s
    UNION ALL
    SELECT v.queue, {binned("v.left_at")}, 'event', {_OWN} FROM calls_queuevisit v
    WHERE v.{_WITHIN} AND v.left_at >= %(since)s AND v.left_at < %(until)s AND v.entered_at IS NOT NULL
), firsts AS (
    SELECT DISTINCT ON (call_id) call_id, visit FROM calls_queuevisit
    WHERE {_WITHIN} AND entered_at IS NOT NULL ORDER BY call_id, entered_at, visit
), at_once AS (
    SELECT DISTINCT call_id, visit FROM calls_offer WHERE {_WITHIN} AND visit <> '' AND waited_ms < 1000
), record AS (
    SELECT r.call_id, r.month, r.number_e164, r.number_e164 <> '' AND r.arrived_at - interval '24 hours' <= max(
            r.arrived_at) FILTER (WHERE r.direction = 'inbound') OVER (
        PARTITION BY r.number_e164 ORDER BY r.arrived_at, r.call_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS again
    FROM calls_callrecord r WHERE r.month BETWEEN (%(low)s::date - interval '1 month')::date AND %(high)s
), seen AS MATERIALIZED (
    SELECT v.*, COALESCE(r.number_e164, '') AS number, k.id AS caller, f.visit IS NOT NULL AS is_first,
        a.visit IS NOT NULL AS at_once, r.again
    FROM visit v
    LEFT JOIN firsts f ON f.call_id = v.call_id AND f.visit = v.visit
    LEFT JOIN at_once a ON a.call_id = v.call_id AND a.visit = v.visit
    LEFT JOIN record r ON r.call_id = v.call_id AND r.{_WITHIN}
    LEFT JOIN reports_caller k ON k.number = r.number_e164 AND k.number <> ''
), leg AS MATERIALIZED (
    SELECT v.queue AS of_queue, v.start, v.by, o.* FROM visit v
    JOIN calls_offer o ON o.call_id = v.call_id AND o.visit = v.visit AND o.{_WITHIN}
), {_REST}
"""
"""All half-hours from ``since`` to ``until``, of rows in the months from ``low`` to ``high``; each table is read
once."""
