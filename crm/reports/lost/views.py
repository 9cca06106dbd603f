"""The page of lost calls, and settling one."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.access.numbers import sees_whole, shown_text
from crm.accounts.models import User
from crm.calls.filters import SPANS as CALL_SPANS
from crm.calls.lists.chips import SPANS
from crm.calls.paging import COUNTED, counted, page
from crm.calls.selectors import calls_visible
from crm.reports.files.orders import shown as files_shown
from crm.reports.lost.asking import LOST, Fate, asked
from crm.reports.lost.selectors import LostCall, calls_lost, people, told
from crm.reports.lost.services import lost_reopen, lost_settle
from crm.reports.saved.services import day_choices
from crm.telephony.models import Queue
from crm.telephony.selectors import queue_names

NO_DAYS = {"since": None, "until": None, "older": None, "newer": None}


@require_safe
@needs("calls.see")
@never_cache
def lost_calls(request: HttpRequest) -> HttpResponse:
    """The newest first, today's unless other days are asked for."""
    user = request.user
    wanted = asked(request.GET, whole=sees_whole(user))
    found = calls_lost(user, wanted)
    shown = page(found.select_related("customer"), older=wanted.calls.older, newer=wanted.calls.newer)
    lost = told(shown.calls)
    names, labels = people(lost), queue_names()
    rows = [
        (one, labels.get(one.call.queue, one.call.queue), _by(one, names), _note(one, wanted.calls.whole))
        for one in lost
    ]
    spans = [(code, _(words), replace(wanted, calls=replace(wanted.calls, span=code, **NO_DAYS)).address())
             for code, words in SPANS.items()]  # fmt: skip
    hers: dict[str, Any] = {
        "page": "reports", "asked": wanted, "spans": spans, "queues": Queue.objects.all(), "outcomes": LOST,
        "fates": Fate.choices, "rows": rows,
        "count": counted(found), "counted": COUNTED, "here": wanted.address(), "said": wanted.said(),
        "newer": wanted.address(newer=shown.newer) if shown.newer else "",
        "older": wanted.address(older=shown.older) if shown.older else "",
        "may_dial": not why_not(user), "why_not": why_not(user), "report": "lost_calls",
        "day_choices": day_choices(CALL_SPANS),
        "exports": files_shown(user), "may_export": may(user, "calls.export"),
        "settles": set(calls_visible(user, "calls.note").filter(pk__in=[call.pk for call in shown.calls])
                       .values_list("pk", flat=True)) if may(user, "calls.note") else set(),
    }  # fmt: skip
    return render(request, "reports/lost.html", hers)


@require_POST
@needs("calls.note")
def settle(request: HttpRequest, call_id: str) -> HttpResponse:
    """Nothing more is to be done about it; ``again``: there is, after all."""
    if not calls_visible(request.user, "calls.note").filter(pk=call_id).exists():
        raise Http404
    try:
        if "again" in request.POST:
            lost_reopen(user=request.user, call_id=call_id)
        else:
            lost_settle(user=request.user, call_id=call_id, note=request.POST.get("note", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    query = request.POST.get("back", "")
    return HttpResponseRedirect(reverse("lost_calls") + (query if query[:1] == "?" and query.isprintable() else ""))


def _by(one: LostCall, names: dict[str, str]) -> str:
    return names.get(one.reached.agent, one.reached.agent) if one.reached else ""


def _note(one: LostCall, whole: bool) -> str:
    return shown_text(one.settled.note, whole=whole) if one.settled else ""


def why_not(user: User) -> str:
    """Why she cannot call anybody back from this page; "" if she can. Whether she is ready the switch says as she
    tries."""
    if not may(user, "calls.dial"):
        return _("Your roles do not allow you to dial out.")
    if not may(user, "desk.use"):
        return _("Only who works at the desk can call back from here.")
    return "" if user.extension else _("You have no extension to call from.")
