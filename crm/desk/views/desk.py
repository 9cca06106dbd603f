"""The desk: its frame, the parts about one call, and the agent's orders."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm import switch
from crm.access.guard import needs, signed_in
from crm.accounts.models import User
from crm.calls.services import wrapup_save
from crm.desk.selectors import call_work, has_in_hand, my_last_calls, number_of_call, takes_calls
from crm.live import words
from crm.navigation import entries
from crm.telephony.selectors import pause_reasons, queue_names, queues_of

OWN_ORDERS = (
    "SignIn", "SignOut", "BecomeReady", "Pause", "PlanPause", "Answer", "Reject", "Hold", "Resume", "HangUp",
    "FinishWrapUp", "ExtendWrapUp",
)  # fmt: skip
"""Orders that an agent gives for herself."""


@require_safe
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """An agent's page; who takes no calls is sent to the first page that she has."""
    if not takes_calls(request.user):
        first = next((entry for entry in entries(request.user) if entry.page != "desk"), None)
        if first is None:
            raise PermissionDenied(_("You have no role yet. Your supervisor can give you one."))
        return redirect(first.url)
    told = {
        "page": "desk",
        "queues": queues_of(request.user),
        "pause_reasons": pause_reasons(),
        "extend": request.user.agent_profile,
        "words": _words(request.user),
        **my_last_calls(request.user),
    }
    return render(request, "desk/desk.html", told)


@require_safe
@needs("desk.use")
@never_cache
def idle(request: HttpRequest) -> HttpResponse:
    """Her last calls, fetched again after each call."""
    return render(request, "desk/_recent.html", my_last_calls(request.user))


@require_safe
@needs("desk.use")
@never_cache
def work(request: HttpRequest, call_id: str) -> HttpResponse:
    """Who calls, her last calls, outcome and note: for a call that is or was the agent's."""
    found = call_work(request.user, call_id)
    if found is None:
        raise Http404
    return render(request, "desk/_work.html", found)


@require_POST
@needs("desk.use")
def orders(request: HttpRequest) -> JsonResponse:
    """Hands an order to the daemon: 202 with the command's id, else a sentence for the screen."""
    kind = request.POST.get("kind", "")
    if kind not in OWN_ORDERS:
        return _sentence(_("This order is not known."), 400)
    fields = {"reason": request.POST.get("reason", "")} if kind in ("Pause", "PlanPause") else {}
    try:
        command_id = switch.command_send(request.user, kind, **fields)
    except switch.CommandWrong as error:
        return _sentence(str(error), 400)
    except switch.SwitchAway as error:
        return _sentence(str(error), 503)
    return JsonResponse({"id": command_id}, status=202)


@require_POST
@needs("desk.use")
def dial(request: HttpRequest) -> JsonResponse:
    """Calls a number, or back whoever is at the other end of a call (``call_id``): the page need not know the number.

    202 with the command's id, else a sentence. ``wait``: for pages that hear no facts, a refusal is waited for.
    """
    call_id = request.POST.get("call_id", "")
    number = number_of_call(request.user, call_id) if call_id else request.POST.get("number", "")
    if call_id and not number:
        return _sentence(_("There is no number that could be called back."), 404)
    since = switch.facts_end()
    try:
        command_id = switch.command_send(request.user, "Dial", number=number)
    except switch.CommandWrong as error:
        return _sentence(str(error), 400)
    except switch.SwitchAway as error:
        return _sentence(str(error), 503)
    refused = switch.command_answer(command_id, since=since) if request.POST.get("wait") else ""
    return _sentence(refused, 409) if refused else JsonResponse({"id": command_id}, status=202)


@require_POST
@needs("desk.use")
def notes(request: HttpRequest, call_id: str) -> JsonResponse:
    """Keeps outcome and note; fields that are not sent stay as they are.

    409 for a call of hers whose record is not written yet: the page asks again by itself.
    """
    fields = {name: request.POST[name] for name in ("disposition", "note") if name in request.POST}
    try:
        record = wrapup_save(call_id=call_id, agent=request.user, **fields)
    except PermissionDenied as error:
        return _sentence(str(error), 409 if has_in_hand(request.user, call_id) else 403)
    except ValidationError as error:
        return _sentence(" ".join(error.messages), 400)
    return JsonResponse({"saved": timezone.localtime(record.noted_at).strftime("%H:%M:%S")})


def _sentence(text: str, status: int) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


def _words(user: User) -> dict[str, Any]:
    """What the page's modules say; they hold no text themselves."""
    return {
        "states": words.states(),
        "reasons": words.reasons(),
        **words.link(),
        "lost_text": _(
            "A talk goes on at your phone, and calls still ring there: answer at the phone. "
            "Notes are kept on this computer. The page reconnects by itself."
        ),
        "queues": queue_names(),
        "levels": {queue.code: queue.service_level_s for queue in queues_of(user)},
        "withheld": _("Number withheld"),
        "unknown": _("Unknown caller"),
        "since": _("since {time}"),
        "left": _("{seconds} s left"),
        "waited": _("waited {time}"),
        "over": _("{seconds} s over the target"),
        "target": _("target {seconds} s"),
        "asking": _("Waiting for the switch …"),
        "unanswered": _("The switch did not answer."),
        "no_orders": _("Not possible while the connection is lost"),
        "unsent": _("The order could not be sent. Check the connection, then try again."),
        "ended": _("Call ended"),
        "own_phone": _("Your phone rings first: pick it up"),
        "calling": _("Their phone is being called"),
        "next_ready": _("ready in {seconds} s"),
        "next_pause": _("{pause} in {seconds} s"),
        "then": _("then: {pause}"),
        "finish_pause": _("Finish, then {pause}"),
        "extended": _("{seconds} s left"),
        "extended_enough": _("The wrap-up cannot be extended any further"),
        "pressed": _("keys {keys}"),
        "phone_registered": _("Phone registered"),
        "phone_unregistered": _("Phone not registered"),
        "phone_unseen": _("Phone: no word of it yet"),
        "not_working": _("You are not signed in"),
        "not_working_line": _("Sign in to take calls."),
        "ready_line": _("The next call comes here by itself."),
        "paused_line": _("No calls are offered to you."),
        "unreachable_line": _("Your phone cannot be reached. Check it, then say ready."),
        "incoming": _("{caller} calls, {queue}"),
    }
