"""SQL that counts half-hours of trunks anew from the records of calls."""

from crm.reports.rollup.touched import binned
from crm.reports.rollup.triggers import LONG_CALL, MONTHS

_END = "d.start + interval '30 minutes'"
_IN = "c.direction = 'inbound'"
_TURNED_AWAY = (
    f"{_IN} AND c.ended_at IS NOT NULL AND c.answered_at IS NULL AND c.queue_entered_at IS NULL "
    "AND c.talk_started_at IS NULL AND c.ended_by = 'system'"
)
"""Over before it was let in, by us."""
_NO_ROOM = "(c.sip_status IN ('480', '486', '503') OR c.q850 IN ('17', '34', '42', '44', '47'))"
"""Busy or out of capacity: SIP answers, else causes of Q.850 (17 user busy, 34 no circuit, 42 congestion, 44 and 47 no
channel, no resource)."""
_FORBIDDEN = "(c.sip_status IN ('401', '403', '404', '407', '484', '603', '604') OR c.q850 IN ('1', '21', '28', '57'))"
"""Refused by a rule: authentication, closed or unknown number, a list."""
FATE = f"""CASE
    WHEN NOT {_IN} THEN 'outbound'
    WHEN c.outcome = 'blocked' OR {_TURNED_AWAY} AND {_NO_ROOM} THEN 'blocked'
    WHEN {_TURNED_AWAY} AND {_FORBIDDEN} THEN 'refused'
    WHEN c.queue_entered_at IS NOT NULL THEN 'queued'
    WHEN c.talk_started_at IS NOT NULL THEN 'direct'
    WHEN c.ended_at IS NULL THEN 'undecided'
    WHEN c.outcome = 'system_failure' THEN 'failed'
    WHEN EXISTS (SELECT FROM calls_ivrvisit i WHERE i.call_id = c.call_id AND i.month BETWEEN d.low AND d.high
                 AND i.told = 'completed') THEN 'self_served'
    ELSE 'left_in_greeting' END"""
FATES = ("blocked", "refused", "queued", "direct", "undecided", "failed", "self_served", "left_in_greeting")

COUNTS = {
    "attempts": "count(*) FILTER (WHERE fate <> 'outbound')",
    **{name: f"count(*) FILTER (WHERE fate = '{name}')" for name in FATES},
    "answered": "count(*) FILTER (WHERE fate <> 'outbound' AND talk_started_at IS NOT NULL)",
    "outbound": "count(*) FILTER (WHERE fate = 'outbound')",
    "outbound_answered": "count(*) FILTER (WHERE fate = 'outbound' AND talk_started_at IS NOT NULL)",
}
_MS = "floor(extract(epoch FROM {}) * 1000)::bigint"
_ON_LINE = (
    f"{_MS.format(f'LEAST(r.ended_at, {_END})')} - {_MS.format('GREATEST(r.arrived_at, d.start)')} AS ms, "
    "GREATEST(r.arrived_at, d.start) AS began, r.ended_at AS ended"
)
TIMES = {
    "inbound_ms": "sum(ms) FILTER (WHERE direction = 'inbound')",
    "outbound_ms": "sum(ms) FILTER (WHERE direction <> 'inbound')",
}

_LINES = f"""dirty AS MATERIALIZED (
    SELECT d.trunk, d.start, low, high
    FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[]) AS d(trunk, start) {MONTHS}
), call AS MATERIALIZED (
    SELECT d.trunk AS of_trunk, d.start, c.talk_started_at, c.ended_at, {FATE} AS fate
    FROM dirty d CROSS JOIN LATERAL (
        SELECT c.* FROM calls_callrecord c WHERE c.month BETWEEN d.low AND d.high
        AND c.arrived_at >= d.start AND c.arrived_at < {_END} AND c.trunk = d.trunk OFFSET 0) c
), line AS MATERIALIZED (
    SELECT d.trunk, d.start, r.direction, {_ON_LINE} FROM dirty d CROSS JOIN LATERAL (
        SELECT r.* FROM calls_callrecord r WHERE r.month BETWEEN d.low AND d.high
        AND r.arrived_at >= d.start - interval '30 minutes' AND r.arrived_at < {_END} AND r.ended_at > d.start
        AND r.ended_at >= r.arrived_at AND r.trunk = d.trunk AND NOT {LONG_CALL} OFFSET 0) r
    UNION ALL
    SELECT d.trunk, d.start, r.direction, {_ON_LINE} FROM dirty d CROSS JOIN LATERAL (
        SELECT r.* FROM calls_callrecord r WHERE r.month BETWEEN d.low AND d.high
        AND tstzrange(r.arrived_at, r.ended_at) && tstzrange(d.start, {_END})
        AND r.trunk = d.trunk AND {LONG_CALL} OFFSET 0) r
)"""
_REST = f"""counted AS (
    SELECT of_trunk AS trunk, start, bool_and(ended_at IS NOT NULL) AS final,
        {", ".join(f"{count} AS {name}" for name, count in COUNTS.items())}
    FROM call GROUP BY 1, 2
), times AS (
    SELECT trunk, start, {", ".join(f"{count} AS {name}" for name, count in TIMES.items())} FROM line GROUP BY 1, 2
), peaks AS (
    SELECT trunk, start, max(up) AS peak FROM (
        SELECT trunk, start, sum(step) OVER (PARTITION BY trunk, start ORDER BY at, step) AS up FROM (
            SELECT trunk, start, began AS at, 1 AS step FROM line WHERE ended > began
            UNION ALL SELECT trunk, start, ended, -1 FROM line WHERE ended > began
        ) steps
    ) levels GROUP BY 1, 2
)
SELECT trunk, start, 'offered' AS by, COALESCE(c.final, true) AS final,
    {", ".join(f"COALESCE(c.{name}, 0) AS {name}" for name in COUNTS)},
    {", ".join(f"COALESCE(t.{name}, 0) AS {name}" for name in TIMES)}, COALESCE(p.peak, 0) AS peak
FROM counted c FULL JOIN times t USING (trunk, start) LEFT JOIN peaks p USING (trunk, start)
"""
FRESH = f"WITH {_LINES}, {_REST}"
"""For half-hours of trunks: ``keys`` and ``starts`` side by side."""

ALL = f"""
WITH call AS MATERIALIZED (
    SELECT c.trunk AS of_trunk, {binned("c.arrived_at")} AS start, c.talk_started_at, c.ended_at, {FATE} AS fate
    FROM calls_callrecord c CROSS JOIN (SELECT %(low)s::date AS low, %(high)s::date AS high) d
    WHERE c.month BETWEEN %(low)s AND %(high)s AND c.arrived_at >= %(since)s AND c.arrived_at < %(until)s
), line AS MATERIALIZED (
    SELECT r.trunk, d.start, r.direction, {_ON_LINE} FROM calls_callrecord r CROSS JOIN LATERAL (
        SELECT at AS start FROM generate_series(GREATEST({binned("r.arrived_at")}, %(since)s::timestamptz),
            LEAST(r.ended_at, %(until)s), interval '30 minutes') AS g(at) WHERE at < r.ended_at AND at < %(until)s) d
    WHERE r.month BETWEEN %(low)s AND %(high)s AND r.arrived_at < %(until)s AND r.ended_at > %(since)s
        AND r.ended_at >= r.arrived_at
), {_REST}
"""
"""All half-hours from ``since`` to ``until``, of rows in the months from ``low`` to ``high``."""
