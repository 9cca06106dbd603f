"""The list of alarms."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from crm.alarms.alive import watched
from crm.alarms.models import Alarm
from crm.alarms.selectors import alarms_open, alarms_past, spoken
from crm.alarms.services import alarm_acknowledge
from crm.alarms.words import advice, title


@require_safe
@login_required
def alarms(request: HttpRequest) -> HttpResponse:
    """Open ones first, then the history."""
    _supervisors_only(request)
    told = {"page": "alarms", "open": _rows(alarms_open()), "past": _rows(alarms_past()), "watched": watched()}
    return render(request, "alarms/alarms.html", told)


@require_POST
@login_required
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Somebody takes care of it."""
    _supervisors_only(request)
    alarm_acknowledge(alarm_id, user=request.user)
    return redirect("alarms")


def _rows(found: list[Alarm]) -> list[tuple[Alarm, str, str, str]]:
    return [(alarm, title(alarm.code), sentence, advice(alarm.code)) for alarm, sentence in spoken(found)]


def _supervisors_only(request: HttpRequest) -> None:
    if not request.user.is_supervisor:
        raise PermissionDenied
