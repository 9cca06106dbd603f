"""Sessions: one's own and others', when they end by themselves, and the tickets of websockets."""

import redis
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs, public, signed_in
from crm.access.holding import may, reach
from crm.accounts.models import User
from crm.audit.services import event
from crm.logins import rescue
from crm.logins.browsers import described
from crm.logins.factors import with_factor
from crm.logins.models import LoginSession
from crm.logins.sessions import seconds_left, session_end_for, sessions_end, sessions_of, sessions_reached
from crm.logins.tickets import ticket_make

PAGE = 100
"""Sessions on one page: a row with its form costs the server more than the database."""


@require_safe
@needs("sessions.manage")
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """Where those are logged in whom her reach covers."""
    here = request.session.session_key
    rows = sessions_reached(request.user)
    asked = request.GET.get("user", "").strip()
    if asked:
        rows = rows.filter(user__username=asked)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    told = {
        "page": "sessions",
        "asked": asked,
        "shown": shown,
        "rows": [(row, described(row.browser), row.session_key == here) for row in shown],
        "locked": rescue.locked_reached(request.user),
        "factors": with_factor(reach(request.user, "users.manage").users().exclude(pk=request.user.pk)),
    }
    return render(request, "logins/sessions.html", told)


@require_POST
@needs("sessions.manage")
def unlock(request: HttpRequest) -> HttpResponse:
    """A user, or an address: ``crm.logins.rescue`` decides."""
    user, address = _user(request), request.POST.get("address", "")
    if user and rescue.unlock_for(actor=request.user, user=user):
        messages.success(request, _("%(name)s may try again.") % {"name": user})
    if address and rescue.address_unlock_for(actor=request.user, address=address):
        messages.success(request, _("%(name)s may try again.") % {"name": address})
    return redirect("sessions")


@require_POST
@needs("users.manage")
def factor_away(request: HttpRequest) -> HttpResponse:
    """For a lost phone."""
    user = _user(request)
    if user and rescue.factor_remove_for(actor=request.user, user=user):
        messages.success(request, _("%(name)s has no second factor any more.") % {"name": user})
    return redirect("sessions" if may(request.user, "sessions.manage") else "profile")


@require_POST
@signed_in
def session_end(request: HttpRequest) -> HttpResponse:
    """One's own, or one of somebody whom sessions.manage covers (``session_end_for``). One may be over already."""
    number = request.POST.get("session", "")
    row = LoginSession.objects.select_related("user").filter(pk=number).first() if number.isdecimal() else None
    if row is not None:
        session_end_for(actor=request.user, row=row)
        messages.success(request, _("%(name)s is logged out there.") % {"name": row.user})
    return redirect("sessions" if request.POST.get("from") == "sessions" else "profile")


@require_POST
@signed_in
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """All of one's own but this one."""
    ended = sessions_end(sessions_of(request.user).exclude(session_key=request.session.session_key))
    if ended:
        event("session.ended", about=request.user, details={"sessions": ended})
    said = ngettext("Logged out in %(n)d other place.", "Logged out in %(n)d other places.", ended) % {"n": ended}
    messages.success(request, said)
    return redirect("profile")


@require_safe
@public
@never_cache
def session_left(request: HttpRequest) -> JsonResponse:
    """Seconds until the session ends by itself, null when it does not; 401 when there is none."""
    return _left(request)


@require_POST
@public
def session_stay(request: HttpRequest) -> JsonResponse:
    """Somebody is there: the middleware has noted it, as of every POST."""
    return _left(request)


@require_POST
@public
@never_cache
def ticket(request: HttpRequest) -> JsonResponse:
    """For one websocket, within seconds; 401 for strangers, for a redirect to the login would look like success."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("You are logged out.")}, status=401)
    try:
        made = ticket_make(user_id=request.user.pk, session_key=request.session.session_key)
    except redis.RedisError:
        return JsonResponse({"error": _("The service cannot be reached just now. Try again.")}, status=503)
    return JsonResponse({"ticket": made})


def _user(request: HttpRequest) -> User | None:
    number = request.POST.get("user", "")
    return User.objects.filter(pk=number).first() if number.isdecimal() else None


def _left(request: HttpRequest) -> JsonResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("You are logged out.")}, status=401)
    return JsonResponse({"left": seconds_left(request.login_session)})
