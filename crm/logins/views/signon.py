"""To the other system and back."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import public
from crm.logins import signon
from crm.logins.views.entry import after_login, let_in

log = logging.getLogger(__name__)
NEXT = "sign_on_next"


@require_safe
@public
@never_cache
def sign_on(request: HttpRequest) -> HttpResponse:
    """Only where OIDC_ISSUER is set. A link and no form: the policy lets no form lead to another site."""
    if not signon.is_set_up():
        return redirect("login")
    request.session[NEXT] = request.GET.get("next", "")
    try:
        return signon.begin(request, back=request.build_absolute_uri(reverse("sign_on_back")))
    except signon.Failed as error:
        return _failed(request, error)


@require_safe
@public
@never_cache
def sign_on_back(request: HttpRequest) -> HttpResponse:
    if not signon.is_set_up():
        return redirect("login")
    to = after_login(request, request.session.pop(NEXT, ""))
    try:
        user = signon.user_of(signon.claims_of(request))
    except signon.Failed as error:
        return _failed(request, error)
    except signon.Unknown as error:
        log.warning("sign-on: nobody here belongs to that login")
        return _page(request, str(error), 403)
    return let_in(request, user, by="sign-on", to=to)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("sign-on failed: %s", error)  # never the library's own words: they may hold a code or a token
    return _page(request, _("The company's login did not work. Try again, or use your password."), 502)


def _page(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "logins/sign_on.html", {"note": sentence}, status=status)
