"""The page of the numbers that callers dial: where each leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.campaigns.models import SoundKind
from crm.campaigns.sounds.selectors import sound_choices
from crm.rooms.models import Room
from crm.telephony.models import Extension, Queue, Route
from crm.telephony.numbers import GREETING, Way, route_add, route_change, route_remove, routes
from crm.telephony.views.done import done

SEE, MANAGE = "routes.see", "routes.manage"


@require_safe
@needs(SEE, MANAGE)
def numbers(request: HttpRequest) -> HttpResponse:
    """All of them, with their forms."""
    every = list(routes())
    told = {
        "page": "numbers", "routes": every, "queues": Queue.objects.all(),
        "extensions": Extension.objects.select_related("user"), "greetings": _greetings(every), "usual": GREETING,
        "rooms": Room.objects.all(),
    }  # fmt: skip
    return render(request, "telephony/numbers.html", told)


@require_POST
@needs(MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("number", "").strip()
    sentence = _("The number %(number)s was added.") % {"number": number}
    return done(request, "numbers", sentence, lambda: route_add(number=number, way=_way(request)))


@require_POST
@needs(MANAGE)
def change(request: HttpRequest, number: str) -> HttpResponse:
    row = get_object_or_404(Route, number=number)
    sentence = _("The number %(number)s was saved.") % {"number": number}
    return done(request, "numbers", sentence, lambda: route_change(route=row, way=_way(request)))


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, number: str) -> HttpResponse:
    row = get_object_or_404(Route, number=number)
    sentence = _("The number %(number)s was removed.") % {"number": number}
    return done(request, "numbers", sentence, lambda: route_remove(route=row))


def _way(request: HttpRequest) -> Way:
    """One choice names the kind and the thing: ``queue:support``, ``extension:2001``, ``room:meeting``."""
    kind, _colon, name = request.POST.get("target", "").partition(":")
    unanswered = request.POST.get("unanswered", "")
    return Way(
        target=kind,
        queue=name if kind == Route.Target.QUEUE else unanswered,
        extension=name if kind == Route.Target.EXTENSION else "",
        greeting=request.POST.get("greeting", ""),
        room=name if kind == Route.Target.ROOM else "",
    )


def _greetings(every: list[Route]) -> list[tuple[str, str]]:
    """File and name of what may be said first, also of what only the switches have."""
    named = {GREETING: _("the usual greeting"), "": _("nothing")}
    known = dict(sound_choices(SoundKind.PROMPT))
    others = {route.greeting: route.greeting for route in every}
    return list((others | known | named).items())
