"""What holds for every request of somebody who is logged in: sessions end when nobody is at them, duties come first."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.logins.duties import duty_of
from crm.logins.sessions import is_idle, session_of, session_touch

BEFORE_DUTIES = {"login", "logout", "set_language", "healthz", "session_left", "session_stay"}
"""Names of views that stay open to who must first change her password or set up the second factor."""

BY_ITSELF = {"ticket", "session_left"}
"""Names of views that pages call without a person's doing."""


class Logins:
    """Needs the user; comes before whatever decides about permissions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name == "healthz" or not request.user.is_authenticated:
            return None
        row = request.login_session = session_of(request, request.user)  # type: ignore[attr-defined]
        if is_idle(row):
            logout(request)
            return _machine(request, 401) or redirect_to_login(request.get_full_path(), f"{reverse('login')}?idle=1")
        if name not in BY_ITSELF and not is_background(request):
            session_touch(row)
        duty = duty_of(request)
        if duty is None or name in BEFORE_DUTIES or name in duty.views:
            return None
        return _machine(request, 403, str(duty.sentence)) or redirect(duty.views[0])


def is_background(request: HttpRequest) -> bool:
    """A page that fetches something by itself; what a person causes is a navigation or a POST."""
    return request.method in ("GET", "HEAD") and is_script(request)


def is_script(request: HttpRequest) -> bool:
    """Browsers tell it, on plain HTTP of another host only by what they accept."""
    told = request.headers.get("Sec-Fetch-Dest")
    return told == "empty" if told else request.headers.get("Accept") == "*/*"


def _machine(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse | None:
    """The answer for a script, which would take a page for success."""
    if not is_script(request) and not request.path.startswith("/api/"):
        return None
    return JsonResponse({"error": sentence or _("You are logged out.")}, status=status)
