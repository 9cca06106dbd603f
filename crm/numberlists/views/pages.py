"""The lists: looked through, asked about a number, exported."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.access.numbers import sees_whole, shown_number
from crm.audit import services as audit
from crm.numberlists import words
from crm.numberlists.filters import PAGE, entries_found, filters
from crm.numberlists.models import Kind, ListedNumber, NumberList, Way
from crm.numberlists.selectors import verdict
from crm.numberlists.sheet import heads, sheet_rows
from crm.numberlists.typed import number_of
from crm.sheets.writing import LISTS, response
from switchctl.contract.numberlists import IN, OUT


@require_safe
@needs("lists.see")
@never_cache
def lists(request: HttpRequest) -> HttpResponse:
    """The lines that fit the filters; ``ask``: what would happen to a number."""
    asked = filters(request.GET)
    found = entries_found(request.user, asked)
    rows = list((found.filter(pk__lt=asked.before) if asked.before else found)[: PAGE + 1])
    told = {
        "page": "number_lists",
        "asked": asked,
        "rows": rows[:PAGE],
        "older": asked.address(before=rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "newest": asked.address() if asked.before else "",
        "here": asked.address(),
        "lists": NumberList.choices,
        "ways": Way.choices,
        "now": timezone.now(),
        "manages": may(request.user, "lists.manage"),
    }
    return render(request, "numberlists/lists.html", told | _verdict(request))


@require_safe
@needs("lists.see")
@never_cache
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The lines that fit the filters, as csv or xlsx; numbers as the reader sees them."""
    if kind not in LISTS:
        raise Http404
    asked = filters(request.GET)
    whole = sees_whole(request.user)
    found = entries_found(request.user, asked)
    audit.event(
        "export.made", user=request.user, label="number_lists",
        details={"rows": found.count(), "format": kind, "filters": asked.address()},
    )  # fmt: skip
    name = f"number-lists-{timezone.localtime():%Y%m%d-%H%M%S}"
    rows = sheet_rows(found.iterator(2000), lambda row: _shown(row, whole))
    return response(request, name, kind, heads(), rows)


def _shown(row: ListedNumber, whole: bool) -> str:
    return shown_number(row.first, whole=False) if row.kind == Kind.NUMBER and not whole else str(row)


def _verdict(request: HttpRequest) -> dict[str, Any]:
    text = request.GET.get("ask", "").replace("\x00", "").strip()[:40]
    if not text:
        return {"ask": ""}
    if not number_of(text):
        return {"ask": text, "no_number": True}
    return {"ask": text, "answers": words.answer({way: verdict(text, way) for way in (IN, OUT)})}
