"""The card “next customer”: looking at a lead, calling it, passing it on; and the lists of manual campaigns."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.campaigns.preview.services import lead_accept, lead_call, lead_next, lead_skip
from crm.customers.filters import number
from crm.desk.next import leads_of, next_customer
from crm.desk.views.answers import sentence
from crm.switch import SwitchAway


@require_safe
@needs("desk.use")
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """What she looks at, or what there is to begin with; empty for who works for no such campaign."""
    return _card(request)


@require_POST
@needs("desk.use")
def take(request: HttpRequest) -> HttpResponse:
    """Her next lead is shown to her."""
    found = lead_next(request.user)
    return _card(request, said="" if found else _("Nobody is to be called at this moment."))


@require_POST
@needs("desk.use")
def accept(request: HttpRequest, attempt_id: str) -> JsonResponse:
    """The lead that she looks at is dialled: 202 with the call's id, else a sentence."""
    try:
        return JsonResponse({"id": lead_accept(request.user, attempt_id).pk}, status=202)
    except (PermissionDenied, ValidationError, SwitchAway) as error:
        return refusal(error)


@require_POST
@needs("desk.use")
def skip(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """The lead that she looks at is passed on; ``why`` is a code of ``preview.words``."""
    try:
        lead_skip(request.user, attempt_id, request.POST.get("why", ""))
    except (PermissionDenied, ValidationError) as error:
        return refusal(error)
    return _card(request)


@require_safe
@needs("desk.use")
@never_cache
def leads(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A page of a manual campaign's list, behind the lead ``after``."""
    found = leads_of(request.user, campaign_id, timezone.now(), after=number(request.GET.get("after", "")))
    return render(request, "desk/_leads.html", found)


@require_POST
@needs("desk.use")
def call(request: HttpRequest, lead_id: int) -> JsonResponse:
    """A lead of a manual campaign is dialled: 202 with the call's id, else a sentence."""
    try:
        return JsonResponse({"id": lead_call(request.user, lead_id).pk}, status=202)
    except (PermissionDenied, ValidationError, SwitchAway) as error:
        return refusal(error)


def refusal(error: Exception) -> JsonResponse:
    """As the screen says it."""
    if isinstance(error, ValidationError):
        return sentence(" ".join(error.messages), 409)
    return sentence(str(error), 503 if isinstance(error, SwitchAway) else 403)


def _card(request: HttpRequest, said: str = "") -> HttpResponse:
    return render(request, "desk/_next.html", next_customer(request.user, timezone.now()) | {"said": said})
