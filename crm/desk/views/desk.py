"""The desk: its frame, and the parts about one call."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs, signed_in
from crm.accounts.models import User
from crm.desk.callbacks import my_callbacks
from crm.desk.next import next_customer
from crm.desk.outgoing import dialled_today
from crm.desk.selectors import call_work, my_last_calls, takes_calls
from crm.live import words
from crm.navigation import entries
from crm.popups.selectors import any_in_use, windows
from crm.rooms.selectors import room_names
from crm.telephony.selectors import pause_reasons, queue_names, queues_of


@require_safe
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """An agent's page; who takes no calls is sent to the first page that she has."""
    if not takes_calls(request.user):
        first = next((entry for entry in entries(request.user) if entry.page != "desk"), None)
        if first is None:
            raise PermissionDenied(_("You have no role yet. Your supervisor can give you one."))
        return redirect(first.url)
    now = timezone.now()
    told = {
        "page": "desk",
        "queues": queues_of(request.user),
        "pause_reasons": pause_reasons(),
        "extend": request.user.agent_profile,
        "words": _words(request.user),
        **my_last_calls(request.user),
        **my_callbacks(request.user, now),
        **dialled_today(request.user, now),
        **next_customer(request.user, now),
        "outside": any_in_use(),
        "keypad": "123456789*0#",
        "windows": windows(),
    }
    answer = render(request, "desk/desk.html", told)
    if told["windows"]:  # else the browser would cut the desk off from the windows that it leads
        answer["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    return answer


@require_safe
@needs("desk.use")
@never_cache
def idle(request: HttpRequest) -> HttpResponse:
    """Her last calls, fetched again after each call."""
    return render(request, "desk/_recent.html", my_last_calls(request.user))


@require_safe
@needs("desk.use")
@never_cache
def dialled(request: HttpRequest) -> HttpResponse:
    """What came of her diallings of today."""
    return render(request, "desk/_dialled.html", dialled_today(request.user, timezone.now()))


@require_safe
@needs("desk.use")
@never_cache
def work(request: HttpRequest, call_id: str) -> HttpResponse:
    """Who calls, her last calls, outcome and note: for a call that is or was the agent's."""
    found = call_work(request.user, call_id)
    if found is None:
        raise Http404
    return render(request, "desk/_work.html", found)


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
        "rooms": room_names(),
        "room_rings": _("your phone rings: pick it up to be in"),
        "room_count": _("{n} in it"),
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
        "callback_soon": _("Agreed for {time}: {who} is dialled for you then, if you are ready."),
        "aside_calling": _("is being called; the customer hears music"),
        "aside_speaking": _("speaks with you; the customer hears music"),
        "aside_front": _("waits; you speak with the customer"),
        "aside_joined": _("is in the conference: all three hear each other"),
        "consulted": _("{who} asks you; the customer waits"),
        "wish_cancel": _("Do not call back with {who}"),
        "wish_free": _("when the call is over"),
        "wish_there": _("when there again"),
        "wish_until": _("until {time}"),
        "parked_by": _("parked by {who}"),
        "parked_left": _("until it goes back"),
        "parked_take": _("Take the call from {slot}"),
        "parked_take_short": _("Take"),
        "parked_taken": _("is being taken"),
        "parked_told": _("Parked calls: {slots}"),
        "conferring": _("You are in a conference with {who} and the customer"),
        "time_to_look": _("{time} left to look"),
    }
