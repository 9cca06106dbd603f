"""Days of calls and of talks: kept true where rows changed, counted once and for all, and the days a report needs."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from crm.reports.models import Mark
from crm.reports.periods import Span, days, midnight, month_of
from crm.reports.rollup import calls, talks
from crm.reports.rollup.lock import taken
from crm.reports.rollup.months import closed, reopen

OF = {"calls": calls, "talks": talks}
"""Kind of what is counted (as of its closed months) → the module that counts it."""
BEGINS = """SELECT min(start), max(start) FROM (
    SELECT min(arrived_at) AS start FROM calls_callrecord UNION ALL SELECT max(arrived_at) FROM calls_callrecord
    UNION ALL SELECT min(start) FROM reports_callday UNION ALL SELECT max(start) FROM reports_callday
    UNION ALL SELECT min(start) FROM reports_talkday UNION ALL SELECT max(start) FROM reports_talkday
    UNION ALL SELECT min(least(offered_at, dialled_at, talk_started_at, ended_at)) FROM calls_offer
    UNION ALL SELECT max(greatest(offered_at, dialled_at, talk_started_at, dial_ended_at)) FROM calls_offer
) t"""


def recompute(kind: str, slots: Iterable[tuple[str, datetime]]) -> None:
    """In a transaction: the days in which these times of agents lie. Their months are open again."""
    zone = timezone.get_default_timezone()
    touched = sorted({(agent, start.astimezone(zone).date()) for agent, start in slots})
    if not touched:
        return
    starts = [midnight(day, zone) for _agent, day in touched]
    ends = [midnight(day + timedelta(days=1), zone) for _agent, day in touched]
    with connection.cursor() as cursor:
        OF[kind].recompute(cursor, [agent for agent, _day in touched], starts, ends)
        reopen(cursor, kind, starts)


@transaction.atomic
def count_all(say: Callable[[str], None] | None = None) -> None:
    """Every day there is, month by month: far quicker than days one by one. Nothing else is counted meanwhile; what was
    marked of calls is done with. Whoever breaks it off has changed nothing."""
    zone = timezone.get_default_timezone()
    with connection.cursor() as cursor:
        taken(cursor, wait=True)
        cursor.execute("SET LOCAL jit = off")
        Mark.objects.filter(kind=Mark.Kind.CALLS).delete()
        cursor.execute(BEGINS)
        at, last = cursor.fetchone()
        while at and at <= last:
            month = month_of(at, zone)
            starts = [midnight(day, zone) for day in days(month, zone)]
            for kind, module in OF.items():
                module.count_all(cursor, month.start, month.end, starts)
                reopen(cursor, kind, starts)
            if say:
                say(f"{month.start.astimezone(zone):%Y-%m}: calls and talks are counted")
            at = month.end


class Beginnings(NamedTuple):
    """Instants with which the months and the days begin that together are a span."""

    months: list[datetime]
    days: list[datetime]


def beginnings(kind: str, span: Span, zone: tzinfo, *, months: bool = True) -> Beginnings | None:
    """Closed months (if they may be) and the days beside them; None where the span is no whole days of the business
    zone: days are of no use for it."""
    starts = [midnight(day, zone) for day in days(span, zone)]
    whole = starts and starts[0] == span.start and midnight(span.end.astimezone(zone).date(), zone) == span.end
    if not whole or zone != timezone.get_default_timezone():
        return None
    found = closed(kind, span, zone) if months else []
    return Beginnings([one.start for one in found], [at for at in starts if not any(at in one for one in found)])
