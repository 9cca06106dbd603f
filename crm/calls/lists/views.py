"""The page with the list of calls, and the forms that arrange it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, reach
from crm.access.numbers import sees_whole
from crm.accounts.models import Department, Role, Scope
from crm.calls.behind import OF_CALLS
from crm.calls.exports.files import SHELF
from crm.calls.filters import DIRECTIONS, OUTCOMES, PARTIES, YES, Filters, filters
from crm.calls.lists.back import back
from crm.calls.lists.beyond import calls_counted
from crm.calls.lists.chips import SPANS, chips
from crm.calls.lists.columns import (
    COLUMNS,
    MOMENTS,
    OF_MARKS,
    SHORT,
    TIMES,
    USUAL,
    chosen,
    for_page,
    names_for,
    outcome,
)
from crm.calls.lists.saved import choice_of, columns_choose, view_begin, view_remove, view_save, views_offered
from crm.calls.models import CallRecord, CallView
from crm.calls.paging import COUNTED, counted, page
from crm.calls.selectors import calls_sought
from crm.calls.words import party
from crm.telephony.models import Disposition, Queue

WITH = ("customer", "disposition")
NO_DAYS = {"since": None, "until": None}


@require_safe
@needs("calls.see")
def calls(request: HttpRequest) -> HttpResponse:
    """The newest first, as the filters or the view ask."""
    user, choice = request.user, choice_of(request.user)
    views = list(views_offered(user))
    asked, view = _asked(request, views, choice.view_id)
    codes = view.columns if view else choice.columns
    columns = chosen([*(codes or USUAL), *OF_MARKS] if asked.marked else codes)
    found, said = calls_sought(user, **asked.query())
    near = (said[0].select_related(*WITH), said[1]) if said else None
    shown = page(found.select_related(*WITH), older=asked.older, newer=asked.newer, said=near)
    names = names_for(shown.calls, whole=asked.whole)
    told: dict[str, Any] = {
        "page": "marked" if asked.marked else "calls",
        "asked": asked, "chips": chips(asked), "view": view, "views": views, "begins": choice.view_id,
        "columns": columns, "all_columns": [(column, column in columns) for column in COLUMNS],
        "rows": [(call, [(column, for_page(column, call, names)) for column in columns]) for call in shown.calls],
        "count": counted(found), "counted": COUNTED, "parts": _parts(asked, found),
        "beyond": _beyond(user, asked, found),
        "newer": asked.address(newer=shown.newer) if shown.newer else "",
        "older": asked.address(older=shown.older) if shown.older else "",
        "here": asked.address(), "plain": asked.without().address(), "said": asked.said(),
        "times": TIMES, "moments": MOMENTS, "short": SHORT, "roles": _roles(user),
        "exports": list(SHELF.shown(user)) if may(user, "calls.export") else [],
        "may_dial": may(user, "calls.dial") and bool(user.extension),
    }  # fmt: skip
    return render(request, "calls/calls.html", told | _choices(request, asked.without()))


@require_safe
@needs("calls.see")
def marked(request: HttpRequest) -> HttpResponse:
    """The list of marked customers: that of calls, of these alone."""
    return redirect(f"{reverse('calls')}?{urlencode({'marked': YES})}")


@require_POST
@needs("calls.see")
def columns(request: HttpRequest) -> HttpResponse:
    """Hers from now on."""
    columns_choose(user=request.user, codes=[] if "usual" in request.POST else request.POST.getlist("columns"))
    return back(request)


@require_POST
@needs("calls.see")
def view_keep(request: HttpRequest) -> HttpResponse:
    """Filters and columns of the page under a name."""
    try:
        view = view_save(
            user=request.user,
            name=request.POST.get("name", ""),
            asked=filters(request.POST, whole=sees_whole(request.user)),
            columns=request.POST.get("columns", "").split(","),
            roles=request.POST.getlist("roles"),
            begin="begin" in request.POST,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back(request)
    return redirect(f"{reverse('calls')}?view={view.pk}")


@require_POST
@needs("calls.see")
def view_away(request: HttpRequest, view_id: int) -> HttpResponse:
    if not view_remove(user=request.user, view_id=view_id):
        raise Http404
    return redirect(f"{reverse('calls')}?all=1")


@require_POST
@needs("calls.see")
def view_first(request: HttpRequest, view_id: int) -> HttpResponse:
    if not view_begin(user=request.user, view_id=view_id):
        raise Http404
    return redirect(f"{reverse('calls')}?view={view_id}")


def _asked(request: HttpRequest, views: list[CallView], begins: int | None) -> tuple[Filters, CallView | None]:
    """What the address asks for. An empty one asks for the view with which her list begins."""
    wanted = request.GET.get("view", "") if request.GET else str(begins or "")
    view = next((view for view in views if str(view.pk) == wanted), None)
    whole = sees_whole(request.user)
    if view is None:
        return filters(request.GET, whole=whole), None
    place = {name: request.GET[name] for name in ("older", "newer") if name in request.GET}
    return filters(view.filters | place, whole=whole, view=view.pk), view


def _parts(asked: Filters, found: QuerySet[CallRecord]) -> dict[str, Any] | None:
    """How many visits or ringings of these calls a report counted: one call may have several. None: nothing to say."""
    if asked.behind is None or asked.behind.part in OF_CALLS:
        return None
    count = asked.behind.count(found, COUNTED + 1)
    return {"of": asked.behind.part, "count": count} if count <= COUNTED else None


def _beyond(user: Any, asked: Filters, found: QuerySet[CallRecord]) -> dict[str, int] | None:
    """How many calls the report counted and how many of them she may not open. None: nothing to say."""
    every = calls_counted(user, asked, COUNTED + 1) if asked.behind else None
    if every is None or every > COUNTED:
        return None
    hidden = every - found.order_by().count()
    return {"every": every, "hidden": hidden} if hidden > 0 else None


def _choices(request: HttpRequest, asked: Filters) -> dict[str, Any]:
    """What the filters offer."""
    reached = reach(request.user, "calls.see")
    own = reached.scope == Scope.OWN
    departments = (
        Department.objects.all() if reached.everything else Department.objects.filter(pk__in=reached.departments)
    )
    return {
        "spans": [(code, _(text), replace(asked, span=code, **NO_DAYS).address()) for code, text in SPANS.items()],
        "queues": Queue.objects.all(),
        "agents": [] if own else reached.users().filter(agent_profile__isnull=False),
        "departments": [] if own else departments,
        "outcomes": [(code, outcome(code)) for code in OUTCOMES],
        "dispositions": Disposition.objects.all(),
        "directions": DIRECTIONS,
        "parties": [(code, party(code)) for code in PARTIES],
    }


def _roles(user: Any) -> list[Role]:
    return list(Role.objects.all()) if may(user, "calls.share") else []
