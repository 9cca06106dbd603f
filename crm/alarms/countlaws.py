"""Laws of what was counted: half-hours say what the rows say, days what their half-hours say.

Such as ``crm.alarms.laws``, with ``version`` of the counts beside. Rows of the day that were told and are not counted
yet break them, too: the reports of the day lack them.
"""

from django.utils.translation import gettext_noop

from crm.alarms.laws import Law

_OF = "by = 'offered' AND version = %(version)s AND start >= %(begin)s AND start < %(end)s"


def _rows_and_counts(key: str, half_hours: str, columns: str, rows: str) -> str:
    """``rows``: SQL of the instants of what is counted in the sum of ``columns``, as ``key`` and ``began``."""
    return f"""
    WITH told AS (
        SELECT {key}, date_bin('30 minutes', began AT TIME ZONE %(zone)s, '2000-01-01') AS half, count(*) AS rows
        FROM ({rows}) r WHERE began >= %(begin)s AND began < %(end)s GROUP BY 1, 2
    ), counted AS (
        SELECT {key}, start AT TIME ZONE %(zone)s AS half, sum({columns}) AS counted
        FROM {half_hours} WHERE {_OF} GROUP BY 1, 2
    )
    SELECT {key}, to_char(half, 'HH24:MI') AS at, COALESCE(rows, 0) AS rows, COALESCE(counted, 0) AS counted
    FROM told FULL JOIN counted USING ({key}, half)
    WHERE COALESCE(rows, 0) <> COALESCE(counted, 0) ORDER BY {key}, half
    """


VISITS = Law(
    "visits_counted",
    gettext_noop(
        "%(day)s, queue %(queue)s, half hour from %(at)s: %(rows)s entered, but the reports count %(counted)s."
    ),
    _rows_and_counts(
        "queue", "reports_queuehalfhour", "offered", "SELECT queue, entered_at AS began FROM calls_queuevisit"
    ),
)

TALKS = Law(
    "talks_counted",
    gettext_noop(
        "%(day)s, %(agent)s, half hour from %(at)s: %(rows)s talks are over, but the reports count %(counted)s."
    ),
    _rows_and_counts(
        "agent",
        "reports_agenthalfhour",
        "handled",
        """SELECT agent, offered_at AS began FROM calls_offer
        WHERE agent <> '' AND talk_ended_at IS NOT NULL AND offered_at >= %(begin)s AND offered_at < %(end)s
        UNION ALL SELECT agent, dialled_at FROM calls_offer
        WHERE agent <> '' AND talk_ended_at IS NOT NULL AND offered_at IS NULL
            AND dialled_at >= %(begin)s AND dialled_at < %(end)s""",
    ),
)

CALLS = Law(
    "calls_counted",
    gettext_noop(
        "%(day)s, trunk %(trunk)s, half hour from %(at)s: %(rows)s calls came or went, the reports count %(counted)s."
    ),
    _rows_and_counts(
        "trunk",
        "reports_trunkhalfhour",
        "attempts + outbound",
        "SELECT trunk, arrived_at AS began FROM calls_callrecord",
    ),
)


def _day_and_halves(table: str, key: str, columns: str) -> str:
    return f"""
    SELECT key, by, sum(day) AS day_says, sum(halves) AS halves FROM (
        SELECT {key} AS key, by, {columns} AS day, 0 AS halves FROM reports_{table}day
        WHERE version = %(version)s AND start >= %(begin)s AND start < %(end)s
        UNION ALL
        SELECT {key}, by, 0, {columns} FROM reports_{table}halfhour
        WHERE version = %(version)s AND start >= %(begin)s AND start < %(end)s
    ) both_of_them GROUP BY 1, 2 HAVING sum(day) <> sum(halves)"""


DAYS = Law(
    "days_add_up",
    gettext_noop("%(day)s, %(key)s: the day counts %(day_says)s, its half hours %(halves)s (calls, talks, time)."),
    f"""{_day_and_halves("queue", "queue", "offered + answered + abandoned + wait_all_ms")}
    UNION ALL {_day_and_halves("agent", "agent", "offers + dials + handled + talk_ms + logged_in_ms")}
    UNION ALL {_day_and_halves("trunk", "trunk", "attempts + outbound + inbound_ms + outbound_ms")}
    ORDER BY key, by""",
)
"""Sums of several counts at once: one that is wrong makes the sum wrong."""

COUNT_LAWS = (VISITS, TALKS, CALLS, DAYS)
