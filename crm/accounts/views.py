"""The language in which the pages speak to whom."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from crm.access.guard import public
from crm.accounts.services import user_language_set


@require_POST
@public
def language(request: HttpRequest) -> HttpResponse:
    """The switch on each page; who is logged in finds her choice again at the next login."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        user_language_set(user=request.user, language=chosen)
    return set_language(request)
