"""Logging in, and the language in which the pages speak to whom."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from crm.access.guard import public
from crm.accounts.services import user_language_set


class LogIn(LoginView):
    """From here on the pages speak the user's own language, whoever used the browser before."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        language = form.get_user().language
        if language in dict(settings.LANGUAGES):
            secure = self.request.is_secure()
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=secure)
        return response


@require_POST
@public
def language(request: HttpRequest) -> HttpResponse:
    """The switch on each page; who is logged in finds her choice again at the next login."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        user_language_set(user=request.user, language=chosen)
    return set_language(request)
