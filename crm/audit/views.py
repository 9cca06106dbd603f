"""The trail as a page and as a file."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.audit import export as exporting
from crm.audit import services, words
from crm.audit.filters import LEAST, filters
from crm.audit.lines import lines
from crm.audit.selectors import page
from crm.sheets import writing as sheets


@require_safe
@needs("audit.see")
def audit(request: HttpRequest) -> HttpResponse:
    """The newest first, as the filters ask."""
    asked = filters(request.GET, whole=sees_whole(request.user))
    found = page(asked)
    told = {
        "page": "audit",
        "asked": asked,
        "lines": lines(found.entries, whole=asked.whole),
        "older": asked.address(older=found.older) if found.older else "",
        "newer": asked.address(newer=found.newer) if found.newer else "",
        "people": User.objects.order_by("username"),
        "kinds": words.kinds(),
        "changes": words.choices(words.CHANGES),
        "events": words.choices(words.EVENTS),
        "least": LEAST,
        "query": asked.address(),
    }
    return render(request, "audit/audit.html", told)


@require_safe
@needs("audit.export")
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """All that fits the filters, streamed. That it was taken is an entry first."""
    asked = filters(request.GET, whole=sees_whole(request.user))
    said = {"filters": asked.said()} if asked.any else {}
    services.read(request.user, "audit.exported", details={"format": form, **said})
    name = f"audit-{timezone.localtime():%Y%m%d-%H%M%S}"
    rows = exporting.rows(asked, get_language() or "en")
    return sheets.response(request, name, form, exporting.header(), rows)
