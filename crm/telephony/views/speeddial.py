"""The page of speed dials: one's own, and the centre's."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import needs
from crm.access.holding import may
from crm.telephony.models import SpeedDial
from crm.telephony.speeddial import (
    MANAGE,
    free_code,
    speed_dial_remove,
    speed_dial_set,
    speed_dials_settable,
)
from crm.telephony.speedlist import number_said, speed_lines

OWN, CENTRE = "own", "centre"
USE = "desk.use"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USE, MANAGE)
@never_cache
def speed_dials(request: HttpRequest) -> HttpResponse:
    """Both kinds; a POST adds one."""
    if request.method != "POST":
        return _page(request)
    whose = CENTRE if request.POST.get("whose") == CENTRE else OWN
    owner = None if whose == CENTRE else request.user
    return _done(request, whose, None, _("The speed dial *0%(code)s was added."), lambda typed: speed_dial_set(
        actor=request.user, owner=owner, **typed
    ))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USE, MANAGE)
@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The page with this row as a form; a POST changes it."""
    row = get_object_or_404(speed_dials_settable(request.user), pk=pk)
    whose = OWN if row.owner_id else CENTRE
    if request.method != "POST":
        return _page(request, whose, row, _said(row))
    return _done(request, whose, row, _("The speed dial *0%(code)s was saved."), lambda typed: speed_dial_set(
        actor=request.user, owner=row.owner, row=row, **typed
    ))  # fmt: skip


@require_POST
@needs(USE, MANAGE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(speed_dials_settable(request.user), pk=pk)
    speed_dial_remove(actor=request.user, row=row)
    messages.success(request, _("The speed dial *0%(code)s was removed.") % {"code": row.code})
    return redirect("speed_dials")


def _done(
    request: HttpRequest, whose: str, row: SpeedDial | None, sentence: str, deed: Callable[[dict[str, str]], SpeedDial]
) -> HttpResponse:
    """Does it; a refusal is shown with all that was typed."""
    typed = {name: request.POST.get(name, "").strip() for name in ("code", "name", "number")}
    try:
        saved = deed(typed)
    except ValidationError as error:
        said = error.message_dict
        wrong = {name: " ".join(said[name]) for name in typed if name in said}
        if not wrong:
            messages.error(request, " ".join(error.messages))
        return _page(request, whose, row, typed, wrong)
    messages.success(request, sentence % {"code": saved.code})
    return redirect("speed_dials")


def _said(row: SpeedDial) -> dict[str, str]:
    return {"code": row.code, "name": row.name, "number": number_said(row, whole=True)}


def _page(
    request: HttpRequest, whose: str = "", row: SpeedDial | None = None, typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """``whose``: of which panel the form is filled with ``typed``; ``wrong``: field → why it was refused."""
    user = request.user
    kinds: list[dict[str, Any]] = []
    if may(user, USE):
        kinds.append({"whose": OWN, "label": _("My own"), "lines": speed_lines(user, user), "may_set": True})
    manages = may(user, MANAGE)
    lines = speed_lines(user, None, whole=manages)
    kinds.append({"whose": CENTRE, "label": _("Of the centre"), "lines": lines, "may_set": manages})
    for kind in kinds:
        mine = kind["whose"] == whose
        kind["changed"] = row.pk if row and mine else None
        kind["typed"] = typed if typed and mine else {"code": free_code([line.row.code for line in kind["lines"]])}
        kind["wrong"] = wrong if wrong and mine else {}
        kind["filled"] = mine
    return render(request, "telephony/speed_dials.html", {"page": "speed_dials", "kinds": kinds})
