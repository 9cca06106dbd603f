"""What other apps ask of the reports' own rows."""

from collections.abc import Iterable

from django.db import connection, transaction

from crm.calls.models import CallRecord
from crm.reports.models import Caller
from crm.reports.rollup.lock import taken


@transaction.atomic
def callers_forget(*, numbers: Iterable[str]) -> int:
    """Removes numbers (E.164) that no call has any more; returns how many.

    Waits for the round of counting that may be under way: it may have seen the calls as they were.
    """
    with connection.cursor() as cursor:
        taken(cursor, wait=True)
    gone = set(numbers) - set(CallRecord.objects.filter(number_e164__in=numbers).values_list("number_e164", flat=True))
    return Caller.objects.filter(number__in=gone).delete()[0]
