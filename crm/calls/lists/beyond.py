"""How many calls a report counted of which the reader may not open all.

A leader may see the figures of a queue and not each of its calls: another department's agent took some. Whoever may see
the figure is told how many there are of them, and no more; anybody else only counts what she may open.
"""

from crm.access.holding import reach
from crm.accounts.models import Scope, User
from crm.calls.behind import OF_CALLS, Behind
from crm.calls.filters import Filters
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_found
from crm.telephony.models import Queue
from crm.telephony.serving import serving

FIGURES = "reports.see"


def calls_counted(user: User, asked: Filters, most: int) -> int | None:
    """Calls behind the figure that the filters name, also such as she may not open, ``most`` for more. None where the
    filters name none or something else besides, and where she may not see the figure."""
    behind = asked.behind
    if behind is None or not _sees(user, behind):
        return None
    if behind.part in OF_CALLS and behind.part != "calls":
        return calls_found(user, FIGURES, **asked.query()).order_by()[:most].count()
    if asked.without("behind").any:
        return None
    return behind.calls(CallRecord.objects.filter(arrived_at__isnull=False)).order_by()[:most].count()


def _sees(user: User, behind: Behind) -> bool:
    """Whether the figure is one of those that the permission for reports gives her."""
    reached = reach(user, FIGURES)
    if not reached or reached.scope == Scope.OWN:
        return False
    if reached.everything or (behind.part in OF_CALLS and behind.part != "calls"):
        return True  # of the latter the reports count no more than what the permission reaches
    people = dict(reached.users().values_list("pk", "username"))
    match behind.part:
        case "visits":
            known = set(Queue.objects.filter(pk__in=serving(people)).values_list("code", flat=True))
        case "offers":
            known = set(people.values())
        case _:
            return False  # trunks are the whole centre's
    return bool(behind.among) and known.issuperset(behind.among)
