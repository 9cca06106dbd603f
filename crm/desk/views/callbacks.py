"""Her callbacks at the desk: called now, moved, taken back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.campaigns.callbacks.calling import callback_call
from crm.campaigns.callbacks.services import callback_cancel, callback_move
from crm.desk.callbacks import my_callbacks
from crm.desk.times import moment
from crm.desk.views.answers import sentence
from crm.desk.views.leads import refusal
from crm.switch import SwitchAway


@require_safe
@needs("desk.use")
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """What she agreed or was given to call."""
    return _card(request)


@require_POST
@needs("desk.use")
def call(request: HttpRequest, callback_id: int) -> JsonResponse:
    """It is made now: 202 with the call's id, else a sentence."""
    try:
        return JsonResponse({"id": callback_call(user=request.user, callback_id=callback_id).pk}, status=202)
    except (PermissionDenied, ValidationError, SwitchAway) as error:
        return refusal(error)


@require_POST
@needs("desk.use")
def move(request: HttpRequest, callback_id: int) -> HttpResponse:
    """To the moment ``due``."""
    due = moment(request.POST.get("due", ""))
    if due is None:
        return sentence(_("Say when she is to be called."), 409)
    try:
        callback_move(user=request.user, callback_id=callback_id, due_at=due)
    except (PermissionDenied, ValidationError) as error:
        return refusal(error)
    return _card(request)


@require_POST
@needs("desk.use")
def cancel(request: HttpRequest, callback_id: int) -> HttpResponse:
    """It will not be made."""
    try:
        callback_cancel(user=request.user, callback_id=callback_id)
    except (PermissionDenied, ValidationError) as error:
        return refusal(error)
    return _card(request)


def _card(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/_callbacks.html", my_callbacks(request.user, timezone.now()))
