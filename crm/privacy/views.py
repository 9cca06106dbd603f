"""Pages of personal data: find somebody, see what is kept, take it out, erase it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.access.numbers import sees_whole
from crm.privacy.asking import confirms, erasure_ask
from crm.privacy.export import person_export, person_file
from crm.privacy.models import Erasure
from crm.privacy.selectors import Person, kept, numbers_shown, people_found, person_of, words_of

EITHER = ("privacy.export", "privacy.erase")
SHOWN = 50


@require_safe
@needs(*EITHER)
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """The search, and the erasures so far."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:64]
    found = [(one, _shown(request, one)) for one in people_found(asked)] if asked else []
    erasures = Erasure.objects.select_related("asked_by")[:SHOWN]
    told = {"page": "privacy", "asked": asked, "found": found, "erasures": erasures}
    return render(request, "privacy/people.html", told)


@require_safe
@needs(*EITHER)
@never_cache
def person(request: HttpRequest, key: str) -> HttpResponse:
    """What is kept of one person."""
    return _page(request, _of(key))


@require_POST
@needs("privacy.export")
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """Everything as one zip."""
    return person_file(request, person_export(user=request.user, person=_of(key)))


@require_POST
@needs("privacy.erase")
def erase(request: HttpRequest, key: str) -> HttpResponse:
    """The second step: with a reason, and the name or number typed again."""
    one = _of(key)
    if not confirms(one, request.POST.get("typed", ""), whole=sees_whole(request.user)):
        return _page(request, one, _("What you typed is not what is asked for. Nothing was erased."), 400)
    try:
        made = erasure_ask(user=request.user, person=one, reason=request.POST.get("reason", "").replace("\x00", ""))
    except ValidationError as error:
        return _page(request, one, " ".join(error.messages), 400)
    messages.success(request, _("Erasure %(number)s has begun.") % {"number": made.pk})
    return redirect("privacy")


def _page(request: HttpRequest, one: Person, error: str = "", status: int = 200) -> HttpResponse:
    told = {
        "page": "privacy", "person": one, "shown": _shown(request, one), "kept": kept(one), "error": error,
        "word": words_of(one, whole=sees_whole(request.user))[0], "may_erase": may(request.user, "privacy.erase"),
        "may_export": may(request.user, "privacy.export"), "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "privacy/person.html", told, status=status)


def _of(key: str) -> Person:
    found = person_of(key.replace("\x00", ""))
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, one: Person) -> list[str]:
    return numbers_shown(one.numbers + one.shared, whole=sees_whole(request.user))
