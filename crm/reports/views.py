"""The index of the reports, and the page of one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.reports.answering import REPORTS, answered, reports_of
from crm.reports.asking import SPANS, question
from crm.reports.files.orders import shown as shown_files
from crm.reports.form import form
from crm.reports.page import MOST_ROWS, chart, explanations, facts, lines
from crm.reports.saved.services import day_choices
from crm.reports.scope import SEE, seen_by


@require_safe
@needs(SEE)
def reports(request: HttpRequest) -> HttpResponse:
    """Those that are open to the user, with a sentence each."""
    return render(request, "reports/reports.html", {"page": "reports", "reports": reports_of(seen_by(request.user))})


@require_safe
@needs(SEE)
def report(request: HttpRequest, code: str) -> HttpResponse:
    """The address holds the whole question, so it can be kept and sent."""
    shown, seen = REPORTS.get(code), seen_by(request.user)
    if shown is None or not shown.open_to(seen):
        raise Http404
    asked = question(request.GET, report=code, **shown.usual)
    answer = answered(request.user, asked)
    table = answer.table
    told = {
        "page": "reports", "report": shown, "question": asked, "address": asked.address(), "table": table,
        "form": form(shown, asked, seen), "facts": facts(shown, table),
        "lines": lines(table, newest_first=asked.rows != "each" and bool(shown.steps)),
        "figures": explanations(answer, asked), "chart": chart(table), "at": timezone.now(),
        "rows": sum(row.kind == "row" for row in table.rows), "most": MOST_ROWS,
        "said": asked.said(), "day_choices": day_choices(SPANS), "exports": shown_files(request.user),
        "partial": any(not row.final for row in table.rows),
    }  # fmt: skip
    return render(request, "reports/report.html", told)
