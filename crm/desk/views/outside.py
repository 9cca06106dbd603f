"""Pages of other systems and what they know of a caller, beside the card of a call."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.desk import outside as of_call
from crm.popups.asking import ask
from crm.popups.models import Lookup, Popup
from crm.popups.selectors import address_of

FROM_OUTSIDE = "unsafe-none"
"""Cross-Origin-Opener-Policy of what opens in a window that the desk keeps: by another the browser would cut the two
apart, and the desk could not lead the window to the next call's page."""


@require_safe
@needs("desk.use")
@never_cache
def outside(request: HttpRequest, call_id: str) -> HttpResponse:
    """Links and places for the answers; nobody outside is asked yet."""
    found = of_call.outside(request.user, call_id)
    if found is None:
        raise Http404
    return render(request, "popups/_outside.html", found)


@require_safe
@needs("desk.use")
@never_cache
def popup(request: HttpRequest, call_id: str, popup_id: int) -> HttpResponse:
    """Leads to the page of the other system, signed as of now."""
    values = of_call.call_values(request.user, call_id)
    found = get_object_or_404(Popup, pk=popup_id, active=True)
    if values is None or not found.fits(values["direction"], values["queue"]):
        raise Http404
    address = address_of(found, values, whole=sees_whole(request.user), now=timezone.now())
    return _open_to_the_desk(redirect(address))


@require_safe
@needs("desk.use")
@never_cache
def lookup(request: HttpRequest, call_id: str, lookup_id: int) -> HttpResponse:
    """What the other system knows of her. Takes as long as the lookup's time limit at most."""
    values = of_call.call_values(request.user, call_id)
    found = get_object_or_404(Lookup, pk=lookup_id, active=True)
    if values is None or not found.fits(values["direction"], values["queue"]):
        raise Http404
    return render(request, "popups/_told.html", {"name": found.name, "told": ask(found, values)})


@require_safe
@needs("desk.use")
def window(request: HttpRequest, popup_id: int) -> HttpResponse:
    """What stands in a kept window until the first call."""
    found = get_object_or_404(Popup, pk=popup_id, active=True)
    return _open_to_the_desk(render(request, "popups/window.html", {"popup": found}))


def _open_to_the_desk(answer: HttpResponse) -> HttpResponse:
    answer["Cross-Origin-Opener-Policy"] = FROM_OUTSIDE
    return answer
