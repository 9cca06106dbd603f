"""How long the log is kept."""

from datetime import datetime, timedelta

from crm.events.models import Event

KEPT = timedelta(days=7)
STEP = 5000


def forget_old(now: datetime) -> int:
    """Deletes events past their time, the oldest first, in steps; how many.."""
    done = 0
    while True:
        numbers = list(Event.objects.order_by("pk").values_list("pk", "told_at")[:STEP])
        old = [number for number, told_at in numbers if told_at < now - KEPT]
        if not old:
            return done
        done += Event.objects.filter(pk__gte=old[0], pk__lte=old[-1]).delete()[0]
