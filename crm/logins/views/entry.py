"""Logging in: password, then the second factor where there is one."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crm.access.guard import public
from crm.accounts.models import User
from crm.logins import factors, lockout, signon
from crm.logins.duties import LOGGED_IN_BY
from crm.logins.forms import CodeForm, LogInForm, refuse

PENDING, PENDING_S = "login_pending", 300
"""Key of the session for who has shown a password but not yet the second factor, and for how long that counts."""


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class LogIn(LoginView):
    """From here on the pages speak the user's own language, whoever used the browser before."""

    template_name = "login.html"
    form_class = LogInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        return let_in(self.request, form.get_user(), by="password", to=self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        return too_many(response, form.wait_s) if form.wait_s else response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = super().get_context_data(**kwargs)
        form = told["form"]
        note = wait_words(form.wait_s) if form.is_bound and form.wait_s else ""
        return told | {"note": note, "idle": "idle" in self.request.GET, "sign_on": signon.is_set_up()}


def let_in(request: HttpRequest, user: User, *, by: str, to: str) -> HttpResponse:
    """She is who she says, as far as ``by`` can tell; asks for the second factor if she has one."""
    if factors.has_factor(user):
        request.session.cycle_key()
        request.session[PENDING] = {"user": user.pk, "at": time.time(), "by": by, "to": to}
        return redirect("login_code")
    return enter(request, user, by=by, to=to)


def enter(request: HttpRequest, user: User, *, by: str, to: str) -> HttpResponse:
    """Logs in (the session gets a new key) and leads on."""
    request.session.pop(PENDING, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[LOGGED_IN_BY] = by
    response = redirect(to)
    if user.language in dict(settings.LANGUAGES):
        secure = request.is_secure()
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=secure)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """The second step; without the first, or too late after it, back to that."""
    pending = request.session.get(PENDING)
    user = User.objects.filter(pk=pending["user"], is_active=True).first() if pending else None
    if user is None or not 0 <= time.time() - pending["at"] < PENDING_S:
        return redirect("login")
    form, note, wait_s = CodeForm(request.POST or None), "", 0
    if form.is_valid():
        wait_s = lockout.knock(lockout.CODE, str(user.pk))
        if not wait_s and factors.code_take(user=user, code=form.cleaned_data["code"]):
            lockout.opened(lockout.CODE, str(user.pk))
            return enter(request, user, by=pending["by"], to=pending["to"])
        refuse(request, user.username)
        note = wait_words(wait_s) if wait_s else _("This code is wrong, or was used. Wait for the next one.")
    response = render(request, "logins/code.html", {"note": note})
    return too_many(response, wait_s) if wait_s else response


def after_login(request: HttpRequest, to: str) -> str:
    """``to`` if it is an address of ours, else the start page."""
    ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def wait_words(seconds: int) -> str:
    """For how long, and whom to ask. The same for logins that exist and others."""
    minutes = -(-seconds // 60)
    wait = ngettext("Wait %(n)d minute.", "Wait %(n)d minutes.", minutes) % {"n": minutes}
    return f"{_('Too many tries.')} {wait} {_('Or ask your supervisor or an administrator to let you in.')}"


def too_many(response: HttpResponse, wait_s: int) -> HttpResponse:
    response.status_code = 429
    response.headers["Retry-After"] = str(wait_s)
    return response
