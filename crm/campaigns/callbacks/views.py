"""Callbacks: hers, and those of whom she leads."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, reach
from crm.accounts.models import User
from crm.campaigns.callbacks.listing import asked_of, late, page_of
from crm.campaigns.callbacks.selectors import callbacks_of
from crm.campaigns.callbacks.services import MANAGE, callback_cancel, callback_hand_over, callback_move
from crm.campaigns.callbacks.words import why
from crm.campaigns.models import CallbackState
from crm.customers.sight import customers_visible

DESK = "desk.use"
MOVED = (CallbackState.WAITING, CallbackState.FAILED, CallbackState.DROPPED)


@require_safe
@needs(DESK, MANAGE)
@never_cache
def callbacks(request: HttpRequest) -> HttpResponse:
    """The next first; those that are late are marked."""
    asked, now = asked_of(request.GET), timezone.now()
    rows, before, after = page_of(request.user, asked)
    sees = set(
        customers_visible(request.user).filter(pk__in=[one.customer_id for one in rows]).values_list("pk", flat=True)
    )
    manages = may(request.user, MANAGE)
    told = {
        "page": "callbacks", "asked": asked, "before": before, "after": after, "here": asked.address(asked.page),
        "rows": [
            {
                "one": one, "late": late(one, now), "why": why(one), "sees": one.customer_id in sees,
                "waits": one.state == CallbackState.WAITING, "moved": one.state in MOVED,
            }
            for one in rows
        ],
        "manages": manages, "agents": _agents(request.user) if manages else [],
    }  # fmt: skip
    return render(request, "campaigns/callbacks/callbacks.html", told)


@require_POST
@needs(DESK, MANAGE)
def move(request: HttpRequest, callback_id: int) -> HttpResponse:
    """To another time."""

    def done() -> str:
        moved = callback_move(user=request.user, callback_id=callback_id, due_at=_moment(request))
        return _("She is called at %(time)s.") % {"time": f"{timezone.localtime(moved.due_at):%Y-%m-%d %H:%M}"}

    return _done(request, callback_id, done)


@require_POST
@needs(DESK, MANAGE)
def cancel(request: HttpRequest, callback_id: int) -> HttpResponse:
    """It is not made."""

    def done() -> str:
        callback_cancel(user=request.user, callback_id=callback_id)
        return _("The callback was cancelled.")

    return _done(request, callback_id, done)


@require_POST
@needs(MANAGE)
def hand_over(request: HttpRequest, callback_id: int) -> HttpResponse:
    """To somebody else, or to the pool of its campaign."""

    def done() -> str:
        key = request.POST.get("agent", "")
        agent = User.objects.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
        if agent is None and key != "pool":
            raise ValidationError(_("Choose who is to call."))
        handed = callback_hand_over(user=request.user, callback_id=callback_id, agent=agent)
        return _("%(who)s makes this call now.") % {"who": handed.agent or _("Any agent of the campaign")}

    return _done(request, callback_id, done)


def _done(request: HttpRequest, callback_id: int, deed: Callable[[], str]) -> HttpResponse:
    if not callbacks_of(request.user).filter(pk=callback_id).exists():
        raise Http404
    try:
        messages.success(request, deed())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    query = request.POST.get("back", "")
    there = query if query.startswith("?") and query.isprintable() else ""
    return HttpResponseRedirect(reverse("callbacks") + there)


def _moment(request: HttpRequest) -> datetime:
    try:
        found = parse_datetime(request.POST.get("due_at", ""))
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("Say when."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _agents(user: User) -> list[Any]:
    """Whom she may hand them to."""
    found = reach(user, MANAGE).users().filter(extension__isnull=False, agent_profile__isnull=False)
    return list(found.order_by("display_name", "username"))
