"""The page of the targets."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import needs
from crm.reports.models import ReportTarget
from crm.reports.tables import Kind
from crm.reports.targets import (
    OF_QUEUES,
    PERMISSION,
    TARGETED,
    figure_of,
    in_words,
    target_add,
    target_remove,
    targets_read,
    targets_set,
    typed_of,
)
from crm.telephony.models import Queue


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PERMISSION)
def targets(request: HttpRequest) -> HttpResponse:
    """Those of all queues in one form, those of single queues below."""
    if request.method != "POST":
        return _page(request)
    asked = {figure: request.POST.get(figure, "") for figure in TARGETED}
    try:
        targets_set(user=request.user, asked=asked)
    except ValidationError as error:
        return _page(request, asked=asked, wrong={code: texts[0] for code, texts in error.message_dict.items()})
    return redirect("report_targets")


@require_POST
@needs(PERMISSION)
def add(request: HttpRequest) -> HttpResponse:
    """One queue's own."""
    given = {name: request.POST.get(name, "") for name in ("figure", "queue", "value")}
    try:
        target_add(user=request.user, figure=given["figure"], queue=given["queue"], typed=given["value"])
    except ValidationError as error:
        return _page(request, added=given | {"error": error.messages[0]})
    return redirect("report_targets")


@require_POST
@needs(PERMISSION)
def remove(request: HttpRequest) -> HttpResponse:
    """The target of all again."""
    target_remove(user=request.user, figure=request.POST.get("figure", ""), queue=request.POST.get("queue", ""))
    return redirect("report_targets")


def _page(
    request: HttpRequest, *, asked: dict[str, str] | None = None, wrong: dict[str, str] | None = None,
    added: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    known, units = targets_read(), {Kind.SHARE: "%", Kind.SECONDS: pgettext("unit", "seconds")}
    rows = [
        {
            "figure": figure_of(name), "name": name, "unit": units[figure_of(name).kind],
            "typed": asked[name] if asked else typed_of(figure_of(name), known.of(name)),
            "usual": in_words(figure_of(name), figure_of(name).target), "wrong": (wrong or {}).get(name),
        }
        for name in TARGETED
    ]  # fmt: skip
    labels = {queue.code: queue.label for queue in Queue.objects.all()}
    own: list[dict[str, Any]] = [
        {"name": one.figure, "queue": one.queue, "figure": figure_of(one.figure), "label": labels.get(one.queue),
         "words": in_words(figure_of(one.figure), one.value)}
        for one in ReportTarget.objects.exclude(queue="").order_by("figure", "queue")
        if one.figure in OF_QUEUES
    ]  # fmt: skip
    told = {
        "page": "reports", "rows": rows, "own": own, "added": added or {}, "wrong": wrong, "queues": labels.items(),
        "choices": [(name, figure_of(name).label, units[figure_of(name).kind]) for name in OF_QUEUES],
    }  # fmt: skip
    return render(request, "reports/targets.html", told, status=400 if wrong or added else 200)
