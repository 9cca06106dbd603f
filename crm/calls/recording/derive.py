"""SQL for what depends on several rows. Computed anew from the rows touched, never counted up."""

from crm.calls.recording import statements
from crm.calls.recording.tables import FLOW, RECORD, VISIT

STAGE = statements.stage(RECORD)

PARTS = f"""
LEFT JOIN LATERAL (
    SELECT (array_agg(v.queue ORDER BY v.entered_at, v.visit))[1] AS queue, min(v.entered_at) AS entered_at,
           sum(v.wait_ms) AS wait_ms, bool_or(v.exit = 'system_failure') AS failed,
           count(*) FILTER (WHERE v.left_at IS NULL) AS open
    FROM calls_queuevisit v WHERE v.call_id = s.call_id AND v.{statements.MONTHS}
) v ON true
LEFT JOIN LATERAL (
    SELECT (array_agg(o.agent ORDER BY o.talk_started_at DESC, o.offer)
                FILTER (WHERE o.talk_started_at IS NOT NULL OR o.dialled_at IS NOT NULL))[1] AS agent,
           max(o.dial_result) AS dial_result,
           min(o.talk_started_at) AS talk_started_at,
           sum(o.talk_ms) AS talk_ms, sum(o.hold_ms) AS hold_ms, sum(o.wrap_ms) AS wrap_ms,
           count(*) FILTER (WHERE o.ended_at IS NULL
                            AND (o.offered_at IS NOT NULL OR (o.dialled_at IS NULL AND o.dial_ended_at IS NULL)))
               + count(*) FILTER (WHERE o.dialled_at IS NOT NULL AND o.dial_ended_at IS NULL)
               + count(*) FILTER (WHERE o.talk_started_at IS NOT NULL AND o.talk_ended_at IS NULL)
               + count(*) FILTER (WHERE o.talk_ended_at IS NOT NULL AND o.talk_end_rank = 0
                                  AND o.wrap_ended_at IS NULL) AS open
    FROM calls_offer o WHERE o.call_id = s.call_id AND o.{statements.MONTHS}
) o ON true
LEFT JOIN LATERAL (SELECT * FROM calls_calldetail d WHERE d.call_id = s.call_id LIMIT 1) d ON true
"""

VALUES = {
    "queue": "COALESCE(NULLIF(v.queue, ''), d.queue, '')",
    "queue_entered_at": "COALESCE(v.entered_at, d.queue_entered_at)",
    "agent": "COALESCE(NULLIF(o.agent, ''), d.agent, '')",
    "talk_started_at": "COALESCE(o.talk_started_at, d.talk_started_at)",
    "wait_ms": "COALESCE(v.wait_ms, round(extract(epoch FROM d.queue_left_at - d.queue_entered_at) * 1000))",
    "talk_ms": "COALESCE(o.talk_ms, round(extract(epoch FROM d.ended_at - d.talk_started_at) * 1000))",
    "dial_result": "COALESCE(o.dial_result, '')",
    "hold_ms": "o.hold_ms",
    "wrap_ms": "o.wrap_ms",
    "failed": "COALESCE(v.failed, false)",
    "open_parts": "COALESCE(v.open, 0) + COALESCE(o.open, 0)",
}
"""Column of a record → what it is computed from: its visits, its offers, else the switch's own CDR."""

_TOLD_BY = (
    "told_by = CASE WHEN t.told_by @> EXCLUDED.told_by THEN t.told_by "
    "ELSE ARRAY(SELECT DISTINCT unnest(t.told_by || EXCLUDED.told_by) ORDER BY 1) END"
)
_CUSTOMER = (
    "CASE WHEN h.call_id IS NOT NULL THEN h.customer_id ELSE "
    "(SELECT min(n.customer_id) FROM customers_customernumber n "
    "WHERE n.number = s.number_e164 AND s.number_e164 <> '' HAVING count(*) = 1) END"
)
"""Whom a person chose, or nobody if she chose so; else the one customer who has the number."""
_CHOICE = "LEFT JOIN customers_callerchoice h ON h.call_id = s.call_id"
_CUSTOMER_KEPT = (
    "customer_id = CASE WHEN EXISTS (SELECT FROM customers_callerchoice h WHERE h.call_id = t.call_id) "
    "THEN EXCLUDED.customer_id ELSE COALESCE(t.customer_id, EXCLUDED.customer_id) END"
)


def merge_records() -> str:
    """The upsert of records: merged groups, computed columns, and whose call it is."""
    derived = ", ".join(VALUES)
    columns = f"month, {', '.join(RECORD.columns)}, told_by, customer_id, {derived}"
    computing = ", ".join(VALUES.values())
    values = f"{statements.MONTH}, {statements.select(RECORD)}, s.told_by::varchar[], {_CUSTOMER}, {computing}"
    computed = [f"{column} = EXCLUDED.{column}" for column in VALUES]
    changed = " OR ".join(f"t.{column} IS DISTINCT FROM EXCLUDED.{column}" for column in VALUES)
    return (
        f"INSERT INTO {RECORD.name} AS t ({columns}) SELECT {values} FROM {STAGE} s "
        f"{statements.known(RECORD)} {_CHOICE} {PARTS} ORDER BY s.call_id ON CONFLICT (call_id, month) DO UPDATE SET "
        f"{', '.join([*statements.assignments(RECORD), *computed])}, "
        f"{_TOLD_BY}, {_CUSTOMER_KEPT} "
        f"WHERE {statements.changes(RECORD)} OR {changed} OR NOT t.told_by @> EXCLUDED.told_by"
    )


def recompute_records() -> str:
    """The computed columns alone, of ``calls``."""
    pairs = ", ".join(f"{column} = {value}" for column, value in VALUES.items())
    return (
        f"UPDATE {RECORD.name} r SET {pairs} FROM (SELECT unnest(%(calls)s::text[]) AS call_id) s {PARTS} "
        f"WHERE r.call_id = s.call_id AND r.{statements.MONTHS}"
    )


ENDED = f"""
SELECT call_id FROM calls_callrecord
WHERE call_id = ANY(ARRAY(SELECT call_id FROM {STAGE})) AND {statements.MONTHS} AND ended_at IS NOT NULL
"""
"""Calls of the batch that are over: looked up once, for they are few of those that a batch tells of."""
_ENDS = f"""
SELECT call_id, ended_at, ended_by FROM calls_callrecord
WHERE call_id = ANY(%(ended)s) AND {statements.MONTHS} AND ended_at IS NOT NULL OFFSET 0
"""
"""When and how they ended; looked up first (OFFSET 0), then their parts."""

LOOSE = f"""
SELECT DISTINCT call_id FROM calls_offer
WHERE call_id = ANY(%(ended)s) AND {statements.MONTHS} AND (
    ended_at IS NULL AND offered_at IS NOT NULL OR dial_ended_at IS NULL AND dialled_at IS NOT NULL
    OR talk_ended_at IS NULL AND talk_started_at IS NOT NULL OR 3 IN (end_rank, dial_end_rank, talk_end_rank))
"""
"""Those with an alert, dial or talk that may have to be closed: one look for three statements, as a rule of none."""

CLOSE_VISITS = f"""
UPDATE calls_queuevisit v
SET left_at = GREATEST(r.ended_at, v.entered_at), left_rank = 3, exit = 'system_failure',
    wait_ms = GREATEST(0, round(extract(epoch FROM r.ended_at - v.entered_at) * 1000))
FROM ({_ENDS}) r
WHERE v.call_id = r.call_id AND v.{statements.MONTHS} AND v.entered_at IS NOT NULL
  AND (v.left_at IS NULL OR (v.left_rank = 3 AND v.left_at <> GREATEST(r.ended_at, v.entered_at)))
RETURNING v.call_id
"""
"""A call that is over has no open visit. The visit's own end, should it still come, has the better rank."""

CLOSE_FLOWS = f"""
UPDATE calls_ivrvisit i
SET left_at = GREATEST(r.ended_at, i.entered_at), left_rank = 3,
    told = CASE r.ended_by WHEN 'customer' THEN 'hangup' ELSE 'error' END
FROM ({_ENDS}) r
WHERE i.call_id = r.call_id AND i.{statements.MONTHS} AND i.entered_at IS NOT NULL
  AND (i.left_at IS NULL OR (i.left_rank = 3 AND (i.left_at, i.told) IS DISTINCT FROM
       (GREATEST(r.ended_at, i.entered_at), CASE r.ended_by WHEN 'customer' THEN 'hangup' ELSE 'error' END)))
RETURNING i.call_id
"""

EXITS = f"""
UPDATE calls_ivrvisit i SET exit = w.exit
FROM (
    SELECT f.visit, f.month, CASE WHEN f.told = 'completed' AND EXISTS (
        SELECT FROM calls_queuevisit v WHERE v.call_id = f.call_id AND v.{statements.MONTHS}
    ) THEN 'agent_requested' ELSE f.told END AS exit
    FROM calls_ivrvisit f WHERE f.call_id = ANY(ARRAY(
        SELECT call_id FROM {statements.stage(FLOW)} UNION SELECT call_id FROM {statements.stage(VISIT)}
        UNION SELECT unnest(%(flows)s::text[])
    )) AND f.{statements.MONTHS} OFFSET 0
) w
WHERE i.visit = w.visit AND i.month = w.month AND i.exit <> w.exit
"""
"""Who goes on into a queue was not served by the flow. Of calls with flows or visits in the batch, and with flows
(``flows``) that were closed just now: of no others it can have changed."""

CLOSE_OFFERS = f"""
UPDATE calls_offer o
SET ended_at = GREATEST(r.ended_at, o.offered_at), end_rank = 3, result = 'failed',
    ring_ms = GREATEST(0, round(extract(epoch FROM r.ended_at - o.offered_at) * 1000))
FROM ({_ENDS}) r
WHERE o.call_id = r.call_id AND o.{statements.MONTHS} AND o.offered_at IS NOT NULL
  AND (o.ended_at IS NULL OR (o.end_rank = 3 AND o.ended_at <> GREATEST(r.ended_at, o.offered_at)))
RETURNING o.call_id
"""

CLOSE_DIALS = f"""
UPDATE calls_offer o
SET dial_ended_at = GREATEST(r.ended_at, o.dialled_at), dial_end_rank = 3, dial_result = 'failed',
    dial_ms = GREATEST(0, round(extract(epoch FROM r.ended_at - o.dialled_at) * 1000))
FROM ({_ENDS}) r
WHERE o.call_id = r.call_id AND o.{statements.MONTHS} AND o.dialled_at IS NOT NULL
  AND (o.dial_ended_at IS NULL OR (o.dial_end_rank = 3 AND o.dial_ended_at <> GREATEST(r.ended_at, o.dialled_at)))
RETURNING o.call_id
"""

CLOSE_TALKS = f"""
UPDATE calls_offer o
SET talk_ended_at = GREATEST(r.ended_at, o.talk_started_at), talk_end_rank = 3, talk_ended_by = r.ended_by,
    talk_ms = GREATEST(0, round(extract(epoch FROM r.ended_at - o.talk_started_at) * 1000)), hold_ms = 0
FROM ({_ENDS}) r
WHERE o.call_id = r.call_id AND o.{statements.MONTHS} AND o.talk_started_at IS NOT NULL
  AND (o.talk_ended_at IS NULL
       OR (o.talk_end_rank = 3 AND (o.talk_ended_at, o.talk_ended_by)
           IS DISTINCT FROM (GREATEST(r.ended_at, o.talk_started_at), r.ended_by)))
RETURNING o.call_id
"""

WORLDS = """
SELECT r.call_id, min(w.at), r.arrived_at
FROM calls_callrecord r
JOIN calls_fact w ON w.kind = 'WorldStated' AND w.node = r.node AND w.at > r.arrived_at
    AND NOT (w.payload -> 'calls') ? r.call_id
WHERE (r.ended_at IS NULL OR r.end_rank = 3) AND {which}
GROUP BY r.call_id, r.arrived_at
"""
"""Calls that a later statement of their node's living calls does not name: over, though nobody saw it."""

WORLDS_OF_NODES = WORLDS.format(which="r.node = ANY(%(names)s)")
WORLDS_OF_CALLS = WORLDS.format(which=f"r.call_id = ANY(%(names)s) AND r.{statements.MONTHS}")

_TOUCHED = """
SELECT agent, to_timestamp(min(started_at)::float8 / 1e6) AS low, to_timestamp(max(started_at)::float8 / 1e6) AS high
FROM stage_states GROUP BY agent
"""

LATE_STATES = f"""
SELECT agent FROM ({_TOUCHED}) t
WHERE EXISTS (SELECT FROM calls_agentstateinterval p WHERE p.agent = t.agent AND p.started_at >= t.low)
"""
"""Agents of whom the batch tells what lies before, or is, something known. Asked before the states are inserted."""

INSERT_STATES = """
INSERT INTO calls_agentstateinterval (id, agent, state, reason, source, call_id, offer, started_at, seq,
                                      tenant, site, application, contact_kind, ended_at)
SELECT id, agent, state, reason, source, call_id, offer, to_timestamp(started_at::float8 / 1e6), seq,
       tenant, site, application, contact_kind,
       to_timestamp((lead(started_at) OVER (PARTITION BY agent ORDER BY started_at, seq, id))::float8 / 1e6)
FROM stage_states ORDER BY id
ON CONFLICT (id, started_at) DO NOTHING
"""

END_STATES = f"""
UPDATE calls_agentstateinterval i SET ended_at = t.low
FROM ({_TOUCHED}) t
CROSS JOIN LATERAL (
    SELECT p.id, p.started_at FROM calls_agentstateinterval p WHERE p.agent = t.agent AND p.started_at < t.low
    ORDER BY p.started_at DESC, p.seq DESC, p.id DESC LIMIT 1
) p
WHERE t.agent <> ALL(%s) AND i.id = p.id AND i.started_at = p.started_at
"""
"""What was the newest state of an agent ends where the first one of the batch begins."""

MEND_STATES = f"""
UPDATE calls_agentstateinterval i SET ended_at = ends.next
FROM ({_TOUCHED}) t
CROSS JOIN LATERAL (
    SELECT COALESCE((SELECT p.started_at FROM calls_agentstateinterval p
                     WHERE p.agent = t.agent AND p.started_at < t.low
                     ORDER BY p.started_at DESC LIMIT 1), t.low) AS low,
           COALESCE((SELECT p.started_at FROM calls_agentstateinterval p
                     WHERE p.agent = t.agent AND p.started_at > t.high
                     ORDER BY p.started_at LIMIT 1), t.high) AS high
) around
CROSS JOIN LATERAL (
    SELECT p.id, p.started_at, p.ended_at, lead(p.started_at) OVER (ORDER BY p.started_at, p.seq, p.id) AS next
    FROM calls_agentstateinterval p
    WHERE p.agent = t.agent AND p.started_at BETWEEN around.low AND around.high
) ends
WHERE t.agent = ANY(%s) AND i.id = ends.id AND i.started_at = ends.started_at AND ends.started_at <= t.high
  AND ends.ended_at IS DISTINCT FROM ends.next
"""
"""For the agents of LATE_STATES: the ends of the states around what came late."""
