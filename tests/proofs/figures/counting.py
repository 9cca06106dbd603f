"""All that is marked, counted: in order of time, not of the marks, for what lies together is then read together."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from crm.reports.models import Mark
from crm.reports.rollup.marks import slots, work_off
from crm.reports.rollup.recompute import KINDS, recompute

AT_ONCE = 10_000


def count(say: Callable[[str], None]) -> None:
    """Only half-hours that the triggers marked are counted: one that they forgot is missing afterwards."""
    zone = timezone.get_default_timezone()
    for name, kind in KINDS.items():
        marks = Mark.objects.filter(kind=name)
        marked = marks.values_list("key", "since", "until", named=True).distinct()
        found = sorted(slots(marked.iterator(), zone), key=lambda slot: slot[1])
        for place in range(0, len(found), AT_ONCE):
            with transaction.atomic():
                recompute(kind, found[place : place + AT_ONCE])
            say(f"{name}s: {min(place + AT_ONCE, len(found))} of {len(found)} half-hours counted")
        marks.delete()
    while work_off().marks:
        say("marks that came meanwhile worked off")
