"""The floor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.live import words


@require_safe
@needs("floor.watch")
def floor(request: HttpRequest) -> HttpResponse:
    """The frame of the page; its rows come over the websocket."""
    told = {
        "states": words.states(),
        "stages": words.stages(),
        "reasons": words.reasons(),
        **words.link(),
        "withheld": _("Number withheld"),
        "agents": _("{n} agents"),
        "calls": _("{waiting} waiting · {talking} talking"),
    }
    return render(request, "live/floor.html", {"page": "floor", "words": told})
