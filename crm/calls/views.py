"""The page of one call."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.access.numbers import sees_whole
from crm.accounts.selectors import names_of
from crm.calls import words
from crm.calls.opening import number_open
from crm.calls.selectors import call_with_timeline, calls_visible
from crm.calls.services import wrapup_save
from crm.calls.stretches import stretches
from crm.live.words import reasons, stages
from crm.telephony.models import Queue
from crm.telephony.selectors import dispositions


@require_safe
@needs("calls.see")
def call(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call with its timeline."""
    story = call_with_timeline(call_id, user=request.user)
    if story is None:
        raise Http404
    people = names_of(words.agents_in(story.timeline) | {story.record.agent} - {""})
    queues = {queue.code: queue.label for queue in Queue.objects.all()}
    outbound = story.record.direction == "outbound"
    names = words.Names(people, queues, reasons(), whole=sees_whole(request.user), outbound=outbound)
    ended = story.record.ended_at
    begun = story.record.arrived_at
    told = {
        "page": "calls",
        "call": story.record,
        "story": story,
        "lines": words.lines(story.timeline, names),
        "stretches": stretches(story),
        "stages": stages(),
        "people": people,
        "queue_names": queues,
        "total": (ended - begun).total_seconds() if ended and begun else None,
        "ended_by": words.party(story.record.ended_by, outbound=outbound),
        "offers": [(offer, words.result_of(offer)) for offer in story.offers],
        "may_dial": may(request.user, "calls.dial") and bool(request.user.extension),
        "dispositions": dispositions(),
        "may_note": calls_visible(request.user, "calls.note").filter(pk=call_id).exists(),
    }
    return render(request, "calls/call.html", told)


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
