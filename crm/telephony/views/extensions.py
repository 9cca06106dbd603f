"""The page of the extensions: whose they are, whether a phone is there, and new secrets."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.telephony.extensions import extension_add, extension_change, extension_remove, secret_renew
from crm.telephony.lines import extension_lines
from crm.telephony.models import Extension
from crm.telephony.views.done import done

SEE, MANAGE = "extensions.see", "extensions.manage"


@require_safe
@needs(SEE, MANAGE)
@never_cache
def extensions(request: HttpRequest) -> HttpResponse:
    """All of them; the page fetches its rows again every two seconds."""
    return _shown(request, "telephony/extensions.html")


@require_safe
@needs(SEE, MANAGE)
@never_cache
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone."""
    return _shown(request, "telephony/_extension_rows.html")


@require_POST
@needs(MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    asked = request.POST
    number = asked.get("number", "").strip()
    return done(
        request, "extensions", _("Extension %(number)s was added.") % {"number": number},
        lambda: extension_add(number=number, **_said(asked)),
    )  # fmt: skip


@require_POST
@needs(MANAGE)
def change(request: HttpRequest, number: str) -> HttpResponse:
    row, asked = get_object_or_404(Extension, number=number), request.POST
    return done(
        request, "extensions", _("Extension %(number)s was saved.") % {"number": number},
        lambda: extension_change(extension=row, **_said(asked)),
    )  # fmt: skip


@require_POST
@needs(MANAGE)
@never_cache
def secret(request: HttpRequest, number: str) -> HttpResponse:
    """A new one, shown this once."""
    row = get_object_or_404(Extension.objects.select_related("user"), number=number)
    told = {"page": "extensions", "extension": row, "secret": secret_renew(extension=row)}
    return render(request, "telephony/extension_secret.html", told | {"domain": settings.SIP_DOMAIN})


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, number: str) -> HttpResponse:
    row = get_object_or_404(Extension, number=number)
    sentence = _("Extension %(number)s was removed.") % {"number": number}
    return done(request, "extensions", sentence, lambda: extension_remove(extension=row))


def _said(asked: QueryDict) -> dict[str, Any]:
    return {
        "name": asked.get("name", "").strip(), "kind": asked.get("kind", ""), "private": asked.get("private") == "on",
    }  # fmt: skip


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    lines = extension_lines(whole=sees_whole(request.user))
    told = {"page": "extensions", "lines": lines, "kinds": Extension.Kind.choices}
    return render(request, template, told)
