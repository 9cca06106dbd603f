"""The list of calls and the page of one."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, reach
from crm.access.numbers import sees_whole
from crm.accounts.models import Scope
from crm.accounts.selectors import names_of
from crm.calls.filters import DIRECTIONS, PAGE, filters
from crm.calls.models import Outcome
from crm.calls.opening import number_open
from crm.calls.page import revision, told
from crm.calls.selectors import call_with_timeline, calls_recent, calls_visible
from crm.calls.services import wrapup_save
from crm.calls.up import story_up
from crm.telephony.models import Queue


@require_safe
@needs("calls.see")
def calls(request: HttpRequest) -> HttpResponse:
    """The newest first, as the filters ask."""
    asked = filters(request.GET, whole=sees_whole(request.user))
    found = list(calls_recent(request.user, **asked.query()))
    reached = reach(request.user, "calls.see")
    people = reached.users().filter(agent_profile__isnull=False)
    told = {
        "page": "calls",
        "asked": asked,
        "calls": found[:PAGE],
        "newer": asked.address(asked.page - 1) if asked.page > 1 else "",
        "older": asked.address(asked.page + 1) if len(found) > PAGE else "",
        "people": names_of({call.agent for call in found if call.agent}),
        "queues": Queue.objects.all(),
        "queue_names": {queue.code: queue.label for queue in Queue.objects.all()},
        "agents": [] if reached.scope == Scope.OWN else people,
        "outcomes": Outcome.choices,
        "directions": DIRECTIONS,
        "may_dial": may(request.user, "calls.dial") and bool(request.user.extension),
    }
    return render(request, "calls/calls.html", told)


@require_safe
@needs("calls.see")
@never_cache
def call(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call with its timeline. ``have``: the revision that the page shows already; then an empty answer tells that
    it is still the newest."""
    visible = calls_visible(request.user)
    newest = revision(call_id, user=request.user, among=visible)
    if newest and newest == request.GET.get("have"):
        return HttpResponse(status=204)
    story = call_with_timeline(call_id, among=visible) or story_up(call_id, user=request.user)
    if story is None:
        raise Http404
    return render(request, "calls/call.html", told(story, request.user, timezone.now(), newest))


@require_POST
@needs("numbers.open")
@never_cache
def number(request: HttpRequest, call_id: str) -> JsonResponse:
    """The caller's whole number, for half a minute on the page and for ever in the audit."""
    return JsonResponse({"number": number_open(user=request.user, call_id=call_id)})


@require_POST
@needs("calls.note")
def note(request: HttpRequest, call_id: str) -> HttpResponse:
    """Changes outcome and note afterwards."""
    fields = {name: request.POST[name] for name in ("disposition", "note") if name in request.POST}
    if not calls_visible(request.user).filter(pk=call_id).exists():
        raise Http404
    try:
        wrapup_save(call_id=call_id, agent=request.user, **fields)
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    return redirect("call", call_id=call_id)
