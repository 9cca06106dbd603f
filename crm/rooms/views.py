"""The page of the conference rooms: who is in them now, and what their chairs order."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import IntegerField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm import switch
from crm.access.guard import needs
from crm.accounts.models import User
from crm.live.services import Refused
from crm.rooms.models import Room
from crm.rooms.selectors import room_lines
from crm.rooms.services import STEPS, room_order, room_remove, room_save

USE, MANAGE = "rooms.use", "rooms.manage"
PAGE_WAIT_S = 0.5


@require_safe
@needs(USE)
@never_cache
def rooms(request: HttpRequest) -> HttpResponse:
    """All of them; the page fetches its rows again every two seconds."""
    return _shown(request, "rooms/rooms.html")


@require_safe
@needs(USE)
@never_cache
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone."""
    return _shown(request, "rooms/_rows.html")


@require_POST
@needs(MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    return _saved(request, None, request.POST.get("code", "").strip())


@require_POST
@needs(MANAGE)
def change(request: HttpRequest, code: str) -> HttpResponse:
    room = get_object_or_404(Room, code=code)
    return _saved(request, room, room.code)


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, code: str) -> HttpResponse:
    room = get_object_or_404(Room, code=code)
    sentence = _("%(name)s was removed.") % {"name": room}
    return _done(request, sentence, lambda: room_remove(user=request.user, room=room))


@require_POST
@needs(USE)
def order(request: HttpRequest, code: str) -> HttpResponse:
    """What a chair, or who comes in, asks of a room."""
    room, asked = get_object_or_404(Room, code=code), request.POST
    step = asked.get("step", "")
    if step not in STEPS:
        return HttpResponse(status=400)
    said = {"number": asked.get("number", "").strip(), "member": asked.get("member", ""), "on": asked.get("on") != "0"}
    try:
        room_order(user=request.user, room=room, step=step, seconds=PAGE_WAIT_S, **said)
    except (switch.SwitchAway, switch.CommandWrong, Refused) as error:
        messages.error(request, str(error))
    return redirect("rooms")


def _saved(request: HttpRequest, room: Room | None, code: str) -> HttpResponse:
    asked = request.POST
    name = asked.get("name", "").strip()
    pin = "" if asked.get("no_pin") else asked.get("pin", "").strip() or (None if room else "")

    def save() -> Room:
        return room_save(
            user=request.user, room=room, code=code, name=name, pin=pin, number=asked.get("number", "").strip(),
            outside=asked.get("outside", "").strip(), most=IntegerField().clean(asked.get("most", "")),
            chair=_chair(asked.get("chair", "").strip()),
        )  # fmt: skip

    return _done(request, _("%(name)s was saved.") % {"name": name}, save)


def _chair(login: str) -> User | None:
    """Raises ValidationError for a login that nobody has; without one nobody chairs it."""
    found = User.objects.filter(username=login, is_active=True).first() if login else None
    if login and found is None:
        raise ValidationError(_("Nobody has this login."))
    return found


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, template, {"page": "rooms", "lines": room_lines(request.user)})


def _done(request: HttpRequest, sentence: str, deed: Callable[[], Any]) -> HttpResponse:
    try:
        deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, sentence)
    return redirect("rooms")
