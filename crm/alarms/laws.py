"""The conservation laws of the rows, as statements that return what breaks them.

Each takes ``begin`` and ``end`` of a day, ``now`` and ``zone`` (name of the business day's time zone), and returns rows
whose columns fill the law's message. They are set-based: one pass over a day's rows each.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Law:
    """``text`` is a msgid that says what one row of ``sql`` breaks."""

    code: str
    text: str
    sql: str


VISITS = Law(
    "visits_add_up",
    gettext_noop(
        "%(day)s, queue %(queue)s, half hour from %(at)s: %(offered)s entered, but %(known)s were answered, "
        "gave up, failed or still wait."
    ),
    """
    WITH halves AS (
        SELECT queue, date_bin('30 minutes', entered_at AT TIME ZONE %(zone)s, '2000-01-01') AS half,
               count(*) AS offered,
               count(*) FILTER (WHERE exit = 'answered') + count(*) FILTER (WHERE exit = 'abandoned')
                   + count(*) FILTER (WHERE exit = 'system_failure') + count(*) FILTER (WHERE left_at IS NULL) AS known
        FROM calls_queuevisit WHERE entered_at >= %(begin)s AND entered_at < %(end)s GROUP BY 1, 2
    )
    SELECT queue, to_char(half, 'HH24:MI') AS at, offered, known FROM halves
    WHERE offered <> known ORDER BY queue, half
    """,
)

STATES = Law(
    "states_without_gap",
    gettext_noop("%(day)s, %(agent)s, %(at)s: between two states there are %(ms)s ms that should not be."),
    """
    SELECT i.agent, to_char(i.started_at AT TIME ZONE %(zone)s, 'HH24:MI:SS') AS at,
           round(extract(epoch FROM n.started_at - COALESCE(i.ended_at, i.started_at)) * 1000) AS ms
    FROM calls_agentstateinterval i
    CROSS JOIN LATERAL (
        SELECT started_at FROM calls_agentstateinterval n
        WHERE n.agent = i.agent AND (n.started_at, n.seq, n.id) > (i.started_at, i.seq, i.id)
        ORDER BY n.started_at, n.seq, n.id LIMIT 1
    ) n
    WHERE i.started_at < %(end)s AND n.started_at >= %(begin)s
      AND (i.ended_at IS NULL OR abs(extract(epoch FROM n.started_at - i.ended_at)) > 0.001)
    ORDER BY i.agent, i.started_at
    """,
)

TALKS = Law(
    "talk_and_hold",
    gettext_noop(
        "%(day)s, call %(call)s with %(agent)s: talk and hold are %(told)s ms, from start to end it is %(whole)s ms."
    ),
    """
    SELECT * FROM (
        SELECT call_id AS call, agent, COALESCE(talk_ms, 0) + COALESCE(hold_ms, 0) AS told,
               round(extract(epoch FROM talk_ended_at - talk_started_at) * 1000) AS whole
        FROM calls_offer
        WHERE talk_started_at >= %(begin)s AND talk_started_at < %(end)s AND talk_ended_at IS NOT NULL
    ) t WHERE abs(told - whole) > 1 ORDER BY call, agent
    """,
)
"""Times are microseconds, lengths whole milliseconds: one of them may be lost."""

ANSWERS = Law(
    "one_answer",
    gettext_noop(
        "%(day)s, call %(call)s, queue %(queue)s: the wait ended as “%(exit)s”, and %(answers)s agents answered it."
    ),
    """
    SELECT v.call_id AS call, v.queue, v.exit, o.answers
    FROM calls_queuevisit v
    LEFT JOIN LATERAL (
        SELECT count(*) AS answers FROM calls_offer o
        WHERE o.call_id = v.call_id AND o.visit = v.visit AND o.result = 'answered'
    ) o ON true
    WHERE v.entered_at >= %(begin)s AND v.entered_at < %(end)s AND v.left_at IS NOT NULL
      AND o.answers <> CASE v.exit WHEN 'answered' THEN 1 ELSE 0 END
    ORDER BY v.call_id, v.visit
    """,
)

FINAL = Law(
    "records_final",
    gettext_noop("%(day)s, call %(call)s of %(at)s: its record is not final after more than an hour."),
    """
    SELECT call_id AS call, to_char(COALESCE(arrived_at, ended_at) AT TIME ZONE %(zone)s, 'HH24:MI:SS') AS at
    FROM calls_callrecord
    WHERE NOT final AND ((arrived_at >= %(begin)s AND arrived_at < %(end)s)
                         OR (arrived_at IS NULL AND ended_at >= %(begin)s AND ended_at < %(end)s))
      AND COALESCE(arrived_at, ended_at) < %(now)s - interval '1 hour'
    ORDER BY call_id
    """,
)

DETAILS = Law(
    "details_have_records",
    gettext_noop("%(day)s, call %(call)s of %(at)s: the switch has written of it, but it has no record."),
    """
    SELECT d.call_id AS call, to_char(d.started_at AT TIME ZONE %(zone)s, 'HH24:MI:SS') AS at
    FROM calls_calldetail d LEFT JOIN calls_callrecord r ON r.call_id = d.call_id
    WHERE d.started_at >= %(begin)s AND d.started_at < %(end)s AND r.call_id IS NULL
    ORDER BY d.call_id
    """,
)

LAWS = (VISITS, STATES, TALKS, ANSWERS, FINAL, DETAILS)
