"""The list of alarms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.alarms.alive import watched
from crm.alarms.models import Alarm
from crm.alarms.selectors import alarms_open, alarms_past, spoken
from crm.alarms.services import alarm_acknowledge
from crm.alarms.words import advice, title


@require_safe
@needs("alarms.see")
def alarms(request: HttpRequest) -> HttpResponse:
    """Open ones first, then the history."""
    user = request.user
    told = {"page": "alarms", "open": _rows(alarms_open(user)), "past": _rows(alarms_past(user)), "watched": watched()}
    told["may_handle"] = may(user, "alarms.handle")
    return render(request, "alarms/alarms.html", told)


@require_POST
@needs("alarms.handle")
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Somebody takes care of it."""
    alarm_acknowledge(alarm_id, user=request.user)
    return redirect("alarms")


def _rows(found: list[Alarm]) -> list[tuple[Alarm, str, str, str]]:
    return [(alarm, title(alarm.code), sentence, advice(alarm.code)) for alarm, sentence in spoken(found)]
