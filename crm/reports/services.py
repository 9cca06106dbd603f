"""What other apps ask of the reports' own rows."""

from collections.abc import Iterable

from django.db import connection, transaction

from crm.calls.models import CallRecord
from crm.reports.models import Caller
from crm.reports.rollup.lock import taken

_UNMARK = """
UPDATE reports_mark SET keys = ARRAY(SELECT unnest(keys) EXCEPT SELECT unnest(%(gone)s::text[]))
WHERE kind = 'numbers' AND keys && %(gone)s::varchar[]
"""


@transaction.atomic
def callers_forget(*, numbers: Iterable[str]) -> int:
    """Removes numbers (E.164) that no call has any more; returns how many.

    Waits for the round of counting that may be under way: it may have seen the calls as they were. Marks that name such
    a number ask for later calls of it; there are none, and those that were have marks of their own.
    """
    with connection.cursor() as cursor:
        taken(cursor, wait=True)
        gone = set(numbers) - set(
            CallRecord.objects.filter(number_e164__in=numbers).values_list("number_e164", flat=True)
        )
        cursor.execute(_UNMARK, {"gone": list(gone)})
    return Caller.objects.filter(number__in=gone).delete()[0]
