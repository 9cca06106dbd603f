"""SQL that counts half-hours of agents anew from alerts, dials, talks and states."""

from crm.reports.rollup.queues import LEG_OPEN
from crm.reports.rollup.triggers import EVENT, LONG_OFFER, MONTHS, OFFER_BEGAN

_END = "d.start + interval '30 minutes'"
_TALKED = "count(*) FILTER (WHERE l.talk_ended_at IS NOT NULL"
_ALERT = "l.offered_at IS NOT NULL"
LEG_COUNTS = {
    "offers": f"count(*) FILTER (WHERE {_ALERT})",
    "answered": f"count(*) FILTER (WHERE {_ALERT} AND l.result = 'answered')",
    "rna": f"count(*) FILTER (WHERE {_ALERT} AND l.result = 'rna')",
    "rejected": f"count(*) FILTER (WHERE {_ALERT} AND l.result = 'rejected')",
    "cancelled": f"count(*) FILTER (WHERE {_ALERT} AND l.result = 'cancelled')",
    "unrung": f"count(*) FILTER (WHERE {_ALERT} AND l.result IN ('busy_device', 'unregistered', 'failed'))",
    "ring_ms": f"sum(l.ring_ms) FILTER (WHERE {_ALERT} AND l.result = 'answered')",
    "dials": "count(*) FILTER (WHERE l.dialled_at IS NOT NULL)",
    "dials_answered": "count(*) FILTER (WHERE l.dialled_at IS NOT NULL AND l.dial_result = 'answered')",
    "handled": f"{_TALKED})",
    "handled_out": f"{_TALKED} AND l.dialled_at IS NOT NULL)",
    "held": f"{_TALKED} AND l.hold_ms > 0)",
    "short_talks": f"{_TALKED} AND l.talk_ms < 10000)",
    "agent_hangups": f"{_TALKED} AND l.talk_ended_by = 'agent')",
    "talk_ms": "sum(l.talk_ms) FILTER (WHERE l.talk_ended_at IS NOT NULL)",
    "hold_ms": "sum(l.hold_ms) FILTER (WHERE l.talk_ended_at IS NOT NULL)",
    "wrap_ms": "sum(l.wrap_ms) FILTER (WHERE l.talk_ended_at IS NOT NULL)",
}
STATES = {
    "ready_ms": "ready",
    "offered_ms": "offered",
    "talking_ms": "talking",
    "wrapup_ms": "wrapup",
    "dialling_ms": "dialling",
    "paused_ms": "paused",
    "unreachable_ms": "unreachable",
}
STATE_COUNTS = {"logged_in_ms": "sum(ms) FILTER (WHERE over)"} | {
    name: f"sum(ms) FILTER (WHERE over AND state = '{state}')" for name, state in STATES.items()
}
_MS = "floor(extract(epoch FROM {}) * 1000)::bigint"
"""Of an instant, so that the parts of a split state add up to the whole, and all states to the time logged in."""
_STATE = "s.state, s.reason, s.started_at, s.ended_at"

FRESH = f"""
WITH dirty AS MATERIALIZED (
    SELECT d.agent, d.start, low, high
    FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[]) AS d(agent, start) {MONTHS}
), leg AS MATERIALIZED (
    SELECT d.agent AS of_agent, d.start, 'offered' AS by, o.* FROM dirty d CROSS JOIN LATERAL (
        SELECT o.* FROM calls_offer o WHERE o.month BETWEEN d.low AND d.high AND o.agent = d.agent
        AND o.offered_at >= d.start AND o.offered_at < {_END} OFFSET 0) o
    UNION ALL
    SELECT d.agent, d.start, 'offered', o.* FROM dirty d CROSS JOIN LATERAL (
        SELECT o.* FROM calls_offer o WHERE o.month BETWEEN d.low AND d.high AND o.agent = d.agent
        AND o.dialled_at >= d.start AND o.dialled_at < {_END} AND o.offered_at IS NULL OFFSET 0) o
    UNION ALL
    SELECT d.agent, d.start, 'event', o.* FROM dirty d CROSS JOIN LATERAL (
        SELECT o.* FROM calls_offer o WHERE o.month BETWEEN d.low AND d.high AND o.agent = d.agent
        AND o.offered_at >= d.start - interval '30 minutes' AND o.offered_at < {_END}
        AND {EVENT} >= d.start AND {EVENT} < {_END} AND NOT {LONG_OFFER} OFFSET 0) o
    UNION ALL
    SELECT d.agent, d.start, 'event', o.* FROM dirty d CROSS JOIN LATERAL (
        SELECT o.* FROM calls_offer o WHERE o.month BETWEEN d.low AND d.high AND o.agent = d.agent
        AND o.dialled_at >= d.start - interval '30 minutes' AND o.dialled_at < {_END}
        AND {EVENT} >= d.start AND {EVENT} < {_END} AND o.offered_at IS NULL AND NOT {LONG_OFFER} OFFSET 0) o
    UNION ALL
    SELECT d.agent, d.start, 'event', o.* FROM dirty d CROSS JOIN LATERAL (
        SELECT o.* FROM calls_offer o WHERE o.month BETWEEN d.low AND d.high AND o.agent = d.agent
        AND {EVENT} >= d.start AND {EVENT} < {_END} AND {LONG_OFFER} AND {OFFER_BEGAN} IS NOT NULL OFFSET 0) o
), legs AS (
    SELECT l.of_agent AS agent, l.start, l.by, NOT bool_or({LEG_OPEN}) AS final,
        {", ".join(f"{count} AS {name}" for name, count in LEG_COUNTS.items())}
    FROM leg l GROUP BY 1, 2, 3
), state AS MATERIALIZED (
    SELECT d.agent, d.start, s.state, s.reason, s.ended_at IS NULL AND s.started_at >= d.start AS begun,
        {_MS.format(f"LEAST(s.ended_at, {_END})")} - {_MS.format("GREATEST(s.started_at, d.start)")} AS ms,
        s.ended_at IS NOT NULL AS over
    FROM dirty d CROSS JOIN LATERAL (
        SELECT {_STATE} FROM calls_agentstateinterval s
        WHERE s.agent = d.agent AND s.started_at >= d.start AND s.started_at < {_END}
        UNION ALL
        (SELECT {_STATE} FROM calls_agentstateinterval s WHERE s.agent = d.agent AND s.started_at < d.start
         ORDER BY s.started_at DESC, s.seq DESC, s.id DESC LIMIT 1)
    ) s WHERE s.state <> 'offline'
        AND (s.ended_at > d.start OR s.ended_at IS NULL AND s.started_at >= d.start)
), states AS (
    SELECT agent, start, NOT bool_or(begun) AS final,
        {", ".join(f"COALESCE({count}, 0) AS {name}" for name, count in STATE_COUNTS.items())}
    FROM state GROUP BY 1, 2
), breaks AS (
    SELECT agent, start, array_agg(reason ORDER BY reason) AS break_codes, array_agg(ms ORDER BY reason) AS break_ms
    FROM (SELECT agent, start, reason, sum(ms)::bigint AS ms FROM state WHERE state = 'paused' AND over
          GROUP BY 1, 2, 3) b WHERE ms > 0 GROUP BY 1, 2
), keys AS (
    SELECT agent, start, by FROM legs UNION SELECT agent, start, by FROM states, (VALUES ('offered'), ('event')) b(by)
)
SELECT k.agent, k.start, k.by, COALESCE(g.final, true) AND COALESCE(t.final, true) AS final,
    {", ".join(f"COALESCE(g.{name}, 0) AS {name}" for name in LEG_COUNTS)},
    {", ".join(f"COALESCE(t.{name}, 0) AS {name}" for name in STATE_COUNTS)},
    COALESCE(b.break_codes, '{{}}') AS break_codes, COALESCE(b.break_ms, '{{}}') AS break_ms
FROM keys k LEFT JOIN legs g USING (agent, start, by)
LEFT JOIN states t USING (agent, start) LEFT JOIN breaks b USING (agent, start)
"""
"""For half-hours of agents: ``keys`` and ``starts`` side by side. The state that lasts is not counted: its end will
mark all half-hours of it. Only the one in which it began is not final for it; whoever reads adds it to the others."""

LAST_STATES = """
SELECT a.agent, s.state, s.reason, s.started_at, s.ended_at IS NULL AND s.state <> 'offline'
FROM unnest(%(keys)s::text[]) AS a(agent) CROSS JOIN LATERAL (
    SELECT state, reason, started_at, ended_at FROM calls_agentstateinterval s
    WHERE s.agent = a.agent AND s.started_at >= %(since)s
    ORDER BY s.started_at DESC, s.seq DESC, s.id DESC LIMIT 1
) s
"""
"""The last state of each of the agents that began since then, and whether she is in it now (not for being offline)."""
