"""The lists from which an agent chooses where her customer goes, whose call she picks up, and whom she dials."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.desk.ringing import ringing as ringing_at
from crm.desk.targets import targets
from crm.telephony.speedlist import speed_choices


@require_safe
@needs("desk.use")
@never_cache
def choices(request: HttpRequest) -> HttpResponse:
    """Colleagues, queues and the number that was typed (``q``)."""
    return render(request, "desk/_targets.html", targets(request.user, request.GET.get("q", "")[:40]))


@require_safe
@needs("agents.command")
@never_cache
def choices_of(request: HttpRequest) -> HttpResponse:
    """The same for a supervisor who sends another's customer there (``of``: her login): nobody is asked first."""
    told = targets(request.user, request.GET.get("q", "")[:40], of=request.GET.get("of", ""))
    return render(request, "desk/_targets.html", {**told, "blind": True})


@require_safe
@needs("desk.use")
@never_cache
def ringing(request: HttpRequest) -> HttpResponse:
    """Calls that ring at colleagues."""
    return render(request, "desk/_ringing.html", ringing_at(request.user))


@require_safe
@needs("desk.use")
@never_cache
def speed(request: HttpRequest) -> HttpResponse:
    """Speed dials under the dial box."""
    return render(request, "desk/_speed.html", {"lines": speed_choices(request.user)})
