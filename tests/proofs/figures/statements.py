"""SQL of each figure over raw rows, written without looking at how the rollups are counted: sums of CASE where those
filter, local time where those count instants. ``{at}`` is the time by which a row is placed."""

_OVER = "v.left_at IS NOT NULL AND v.exit <> 'system_failure'"
_O = f"sum(CASE WHEN {_OVER} THEN 1 ELSE 0 END)"
_A = "sum(CASE v.exit WHEN 'answered' THEN 1 ELSE 0 END)"
_B = "sum(CASE v.exit WHEN 'abandoned' THEN 1 ELSE 0 END)"
_AT = "sum(CASE WHEN v.exit = 'answered' AND v.wait_ms / 1000.0 <= v.service_level_s THEN 1 ELSE 0 END)"
_BS = "sum(CASE WHEN v.exit = 'abandoned' AND v.wait_ms / 1000.0 < v.short_abandon_s THEN 1 ELSE 0 END)"
_BT = "sum(CASE WHEN v.exit = 'abandoned' AND v.wait_ms / 1000.0 <= v.service_level_s THEN 1 ELSE 0 END)"


def _ratio(above: str, below: str) -> str:
    return f"({above})::float8 / NULLIF(({below})::float8, 0)"


def _waits(exit: str, more: str = "") -> str:
    return f"sum(CASE WHEN v.exit = '{exit}'{more} THEN v.wait_ms END) / 1000.0"


_LONG = " AND v.wait_ms / 1000.0 >= v.short_abandon_s"
VISITS = {
    "offered": "count(*)",
    "answered": _A,
    "in_time": _AT,
    "abandoned": _B,
    "short": _BS,
    "abandoned_in_time": _BT,
    "callbacks": "sum(CASE v.exit WHEN 'callback_booked' THEN 1 ELSE 0 END)",
    "overflows": "sum(CASE v.exit WHEN 'overflow' THEN 1 ELSE 0 END)",
    "failed": "sum(CASE v.exit WHEN 'system_failure' THEN 1 ELSE 0 END)",
    "waiting": "sum(CASE WHEN v.left_at IS NULL THEN 1 ELSE 0 END)",
    "withheld": "sum(CASE WHEN r.number_e164 = '' THEN 1 ELSE 0 END)",
    "service_level_a": _ratio(_AT, _A),
    "service_level_b": _ratio(_AT, _O),
    "service_level_c": _ratio(_AT, f"{_O} - {_BS}"),
    "service_level_d": _ratio(f"{_AT} + {_BT}", _O),
    "service_level_e": _ratio(_AT, f"{_O} - {_B}"),
    "service_level_f": _ratio(_AT, f"{_O} - {_BT}"),
    "service_level_g": _ratio(_AT, f"{_A} + {_B} - {_BS}"),
    "asa": "avg(CASE v.exit WHEN 'answered' THEN v.wait_ms END)::float8 / 1000",
    "avg_wait_all": f"avg(CASE WHEN {_OVER} THEN v.wait_ms END)::float8 / 1000",
    "max_wait": "max(v.wait_ms) / 1000.0",
    "max_wait_answered": "max(CASE v.exit WHEN 'answered' THEN v.wait_ms END) / 1000.0",
    "max_wait_abandoned": "max(CASE v.exit WHEN 'abandoned' THEN v.wait_ms END) / 1000.0",
    "queued_rate": _ratio(f"sum(CASE WHEN {_OVER} AND COALESCE(first_ring, 1000) >= 1000 THEN 1 ELSE 0 END)", _O),
    "abandon_rate": _ratio(f"{_B} - {_BS}", f"{_O} - {_BS}"),
    "abandon_rate_raw": _ratio(_B, _O),
    "avg_abandon_time": _ratio(_waits("abandoned"), _B),
    "avg_abandon_time_long": _ratio(_waits("abandoned", _LONG), f"{_B} - {_BS}"),
    "answer_rate": _ratio(_A, _O),
}
OF_VISITS = """
SELECT v.queue, {label}, {value} FROM calls_queuevisit v JOIN calls_callrecord r ON r.call_id = v.call_id
LEFT JOIN (SELECT visit, min(waited_ms) AS first_ring FROM calls_offer WHERE visit <> '' GROUP BY visit) o
    ON o.visit = v.visit
WHERE {at} >= %(since)s AND {at} < %(until)s GROUP BY 1, 2
"""
VISIT_AT = {"offered": "v.entered_at", "event": "v.left_at"}

_DONE = "o.talk_ended_at IS NOT NULL"
_H = f"count(CASE WHEN {_DONE} THEN 1 END)"
_RINGS = "count(CASE WHEN o.result IN ('answered', 'rna', 'rejected') THEN 1 END)"


def _done(what: str) -> str:
    return f"sum(CASE WHEN {_DONE} THEN {what} END) / 1000.0"


TALKS = {
    "handled": _H,
    "att": _ratio(_done("o.talk_ms"), _H),
    "att_incl_hold": "avg(extract(epoch FROM o.talk_ended_at - o.talk_started_at))::float8",
    "hold": _ratio(_done("o.hold_ms"), _H),
    "hold_per_held": f"avg(NULLIF(CASE WHEN {_DONE} THEN o.hold_ms END, 0))::float8 / 1000",
    "hold_rate": _ratio(f"count(NULLIF(CASE WHEN {_DONE} THEN o.hold_ms END, 0))", _H),
    "acw": "avg(extract(epoch FROM o.wrap_ended_at - o.talk_ended_at))::float8",
    "aht": "avg(extract(epoch FROM o.wrap_ended_at - o.talk_started_at))::float8",
    "ring_to_answer": "avg(CASE o.result WHEN 'answered' THEN o.ring_ms END)::float8 / 1000",
    "rna_rate": _ratio(f"{_RINGS} - count(CASE o.result WHEN 'answered' THEN 1 END)", _RINGS),
    "short_call_rate": _ratio(f"count(CASE WHEN {_DONE} AND o.talk_ms / 1000.0 < 10 THEN 1 END)", _H),
    "agent_hangup_rate": _ratio("count(CASE o.talk_ended_by WHEN 'agent' THEN 1 END)", _H),
}
OF_QUEUES_TALKS = """
SELECT v.queue, {label}, {value} FROM calls_queuevisit v JOIN calls_offer o ON o.visit = v.visit
WHERE {at} >= %(since)s AND {at} < %(until)s GROUP BY 1, 2
"""
DIALS = {
    "offers": "count(o.offered_at)",
    "rna": "count(CASE o.result WHEN 'rna' THEN 1 END)",
    "rejected": "count(CASE o.result WHEN 'rejected' THEN 1 END)",
    "dials": "count(o.dialled_at)",
    "dial_answer_rate": _ratio("count(CASE o.dial_result WHEN 'answered' THEN 1 END)", "count(o.dialled_at)"),
}
OF_AGENTS_LEGS = """
SELECT o.agent, {label}, {value} FROM calls_offer o WHERE {at} >= %(since)s AND {at} < %(until)s GROUP BY 1, 2
"""
LEG_AT = {
    "offered": "COALESCE(o.offered_at, o.dialled_at)",
    "event": "CASE WHEN o.talk_started_at IS NOT NULL THEN o.talk_started_at "
    "WHEN o.ended_at IS NOT NULL THEN o.ended_at ELSE o.dial_ended_at END",
}

_S = "extract(epoch FROM until - since)"


def _in(*states: str) -> str:
    return f"COALESCE(sum(CASE WHEN state IN ({', '.join(map(repr, states))}) THEN {_S} END), 0)"


_BUSY, _READY, _ALL = _in("talking", "wrapup"), _in("ready"), f"sum({_S})"
TIMES = {
    "occupancy": _ratio(_BUSY, f"{_BUSY} + {_READY}"),
    "occupancy_r": _ratio(f"{_BUSY} + {_in('offered')}", f"{_BUSY} + {_READY} + {_in('offered')}"),
    "utilisation": _ratio(_BUSY, _ALL),
    "logged_in_time": f"({_ALL})::float8",
    **{
        f"{state}_time": f"({_in(state)})::float8"
        for state in ("ready", "offered", "talking", "wrapup", "dialling", "paused", "unreachable")
    },
}
OF_STATES = """
SELECT agent, {label}, {value} FROM (
    SELECT agent, state, half, GREATEST(started_at, half) AS since,
        LEAST(COALESCE(ended_at, %(until)s), half + interval '30 minutes') AS until
    FROM calls_agentstateinterval,
        generate_series(date_bin('30 minutes', started_at, '2000-01-01Z'), COALESCE(ended_at, %(until)s),
            '30 minutes') AS half
    WHERE state <> 'offline'
) s WHERE until > since AND half >= %(since)s AND half < %(until)s GROUP BY 1, 2
"""

_IN = "r.direction = 'inbound'"
_BLOCKED = f"{_IN} AND r.sip_status = '503' AND r.answered_at IS NULL"
_REFUSED = f"{_IN} AND r.sip_status = '403' AND r.answered_at IS NULL"
_LET_IN = f"count(CASE WHEN {_IN} AND r.answered_at IS NOT NULL THEN 1 END)"
_LEFT = f"count(CASE WHEN {_IN} AND r.answered_at IS NOT NULL AND r.queue_entered_at IS NULL THEN 1 END)"
CALLS = {
    "attempts": f"count(CASE WHEN {_IN} THEN 1 END)",
    "blocked": f"count(CASE WHEN {_BLOCKED} THEN 1 END)",
    "refused": f"count(CASE WHEN {_REFUSED} THEN 1 END)",
    "left_in_greeting": _LEFT,
    "queued": "count(r.queue_entered_at)",
    "outbound": "count(CASE r.direction WHEN 'outbound' THEN 1 END)",
    "blocked_rate": _ratio(f"count(CASE WHEN {_BLOCKED} THEN 1 END)", f"count(CASE WHEN {_IN} THEN 1 END)"),
    "ivr_containment_loose": _ratio(_LEFT, _LET_IN),
    "answer_rate_in": _ratio(
        f"count(CASE WHEN {_IN} THEN r.talk_started_at END)", f"count(CASE WHEN {_IN} THEN 1 END)"
    ),
}
OF_CALLS = """
SELECT r.trunk, {label}, {value} FROM calls_callrecord r
WHERE r.arrived_at >= %(since)s AND r.arrived_at < %(until)s GROUP BY 1, 2
"""
LINES = {"line_time": f"sum({_S})::float8"}
OF_LINES = """
SELECT trunk, {label}, {value} FROM (
    SELECT trunk, half, GREATEST(arrived_at, half) AS since, LEAST(ended_at, half + interval '30 minutes') AS until
    FROM calls_callrecord,
        generate_series(date_bin('30 minutes', arrived_at, '2000-01-01Z'), ended_at, '30 minutes') AS half
    WHERE ended_at IS NOT NULL
) s WHERE until > since AND half >= %(since)s AND half < %(until)s GROUP BY 1, 2
"""
PEAKS = {"peak": "max(up)"}
OF_PEAKS = """
SELECT trunk, {label}, {value} FROM (
    SELECT trunk, moment, sum(sum(step)) OVER (PARTITION BY trunk ORDER BY moment) AS up FROM (
        SELECT trunk, arrived_at AS moment, 1 AS step FROM calls_callrecord WHERE ended_at > arrived_at
        UNION ALL SELECT trunk, ended_at, -1 FROM calls_callrecord WHERE ended_at > arrived_at
        UNION ALL SELECT trunk, half, 0 FROM (SELECT DISTINCT trunk FROM calls_callrecord) t,
            generate_series(%(since)s, %(until)s, interval '30 minutes') AS half
    ) steps GROUP BY trunk, moment
) levels WHERE moment >= %(since)s AND moment < %(until)s GROUP BY 1, 2
"""
"""How many calls are up changes when one begins or ends. A half-hour begins with as many as there were by then."""

PERCENTILE = """
SELECT percentile_disc({percent}) WITHIN GROUP (ORDER BY floor(v.wait_ms / 1000.0)::int) FROM calls_queuevisit v
WHERE v.exit = 'answered' AND v.queue = ANY(%(queues)s) AND {at} >= %(since)s AND {at} < %(until)s
"""
CALLERS = """
SELECT count(DISTINCT r.number_e164) FROM calls_queuevisit v JOIN calls_callrecord r ON r.call_id = v.call_id
WHERE r.number_e164 <> '' AND v.queue = ANY(%(queues)s) AND {at} >= %(since)s AND {at} < %(until)s
"""
REPEATERS = """
SELECT count(DISTINCT c.number_e164) FROM calls_queuevisit v JOIN (
    SELECT call_id, number_e164, arrived_at - lag(arrived_at) OVER (
        PARTITION BY number_e164 ORDER BY arrived_at, call_id) AS since_last
    FROM calls_callrecord WHERE number_e164 <> '' AND direction = 'inbound'
) c ON c.call_id = v.call_id
WHERE c.since_last <= interval '24 hours' AND v.queue = ANY(%(queues)s) AND {at} >= %(since)s AND {at} < %(until)s
"""
ABOVE_AVERAGE = """
SELECT count(*) FILTER (WHERE s > mean)::float8 / count(*) FROM (
    SELECT s, avg(s) OVER () AS mean FROM (
        SELECT floor((o.talk_ms + o.hold_ms) / 1000.0) AS s FROM calls_queuevisit v
        JOIN calls_offer o ON o.visit = v.visit WHERE o.talk_ended_at IS NOT NULL
            AND v.queue = ANY(%(queues)s) AND {at} >= %(since)s AND {at} < %(until)s
    ) t
) u
"""
