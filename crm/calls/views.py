"""The page of one call."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.calls import watchwords
from crm.calls.opening import number_open
from crm.calls.page import revision, told
from crm.calls.selectors import call_with_timeline, calls_visible
from crm.calls.up import story_up
from crm.desk.wrapup import wrapup_keep


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
    story = watchwords.seen_by(story, request.user)
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
    """Changes outcome and note afterwards; of a campaign's call with what follows from it."""
    fields = {name: request.POST[name] for name in ("disposition", "note", "due") if name in request.POST}
    record = calls_visible(request.user).select_related("disposition").filter(pk=call_id).first()
    if record is None:
        raise Http404
    had = record.disposition.code if record.disposition else ""
    if fields.get("disposition") == had and not fields.get("due"):
        del fields["disposition"]  # the form sends it, nobody chose it
    try:
        wrapup_keep(call_id=call_id, agent=request.user, **fields)
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    return redirect("call", call_id=call_id)
