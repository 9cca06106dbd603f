"""The page of the floor's limits."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import needs
from crm.alarms.limiting import limit_add, limit_remove, limits_set, typed_of
from crm.alarms.models import Limit
from crm.alarms.rules import QUEUE, RULES
from crm.telephony.models import PauseReason, Queue


@require_http_methods(["GET", "HEAD", "POST"])
@needs("alarms.set")
def limits(request: HttpRequest) -> HttpResponse:
    """The centre's limits in one form, exceptions below."""
    if request.method != "POST":
        return _page(request)
    said = request.POST
    asked = {
        code: (said.get(f"{code}.warning", ""), said.get(f"{code}.critical", ""), f"{code}.told" in said)
        for code in RULES
    }
    try:
        limits_set(user=request.user, asked=asked)
    except ValidationError as error:
        return _page(request, asked=asked, wrong={code: texts[0] for code, texts in error.message_dict.items()})
    return redirect("alarm_limits")


@require_POST
@needs("alarms.set")
def add(request: HttpRequest) -> HttpResponse:
    """An exception."""
    code, _colon, of = request.POST.get("for", "").partition(":")
    given = {"code": code or request.POST.get("code", ""), "of": of or request.POST.get("of", "")}
    typed = {name: request.POST.get(name, "") for name in ("warning", "critical")}
    try:
        limit_add(user=request.user, **given, **typed)
    except ValidationError as error:
        return _page(request, added={**given, **typed, "error": error.messages[0]})
    return redirect("alarm_limits")


@require_POST
@needs("alarms.set")
def remove(request: HttpRequest) -> HttpResponse:
    """The centre's limit again."""
    limit_remove(user=request.user, code=request.POST.get("code", ""), of=request.POST.get("of", ""))
    return redirect("alarm_limits")


def _page(
    request: HttpRequest, *, asked: dict[str, tuple[str, str, bool]] | None = None, wrong: dict[str, str] | None = None,
    added: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    set_ = {(limit.code, limit.of): limit for limit in Limit.objects.all()}
    units = {"s": pgettext("unit", "seconds"), "min": pgettext("unit", "minutes"), "%": "%"}
    units["callers"] = pgettext("unit", "callers")
    rows = []
    for code, rule in RULES.items():
        limit = set_.get((code, ""))
        shown = (limit.warning, limit.critical, limit.told) if limit else (rule.warning, rule.critical, False)
        typed = asked[code] if asked else (typed_of(shown[0]), typed_of(shown[1]), shown[2])
        error = (wrong or {}).get(code)
        rows.append({"code": code, "rule": rule, "unit": units[rule.unit], "typed": typed, "wrong": error})
    told: dict[str, Any] = {
        "page": "alarms", "rows": rows, "added": _added(added), "wrong": wrong, "exceptions": _exceptions(set_, units),
        "choices": _choices(),
    }  # fmt: skip
    return render(request, "alarms/limits.html", told, status=400 if wrong or added else 200)


def _choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Rule → whom it may have an exception for: (value, label)."""
    named = {QUEUE: [(queue.code, queue.label) for queue in Queue.objects.all()]}
    reasons = [(reason.code, reason.label) for reason in PauseReason.objects.all()]
    return [
        (rule.label, [(f"{code}:{of}", label) for of, label in named.get(rule.of, reasons)])
        for code, rule in RULES.items()
    ]


def _exceptions(set_: dict[tuple[str, str], Limit], units: dict[str, str]) -> list[dict[str, Any]]:
    names = {queue.code: queue.label for queue in Queue.objects.all()}
    reasons = {reason.code: reason.label for reason in PauseReason.objects.all()}
    found = []
    for (code, of), limit in sorted(set_.items()):
        if of and code in RULES:
            rule = RULES[code]
            label = (names if rule.of == QUEUE else reasons).get(of, of)
            shown = {"warning": typed_of(limit.warning), "critical": typed_of(limit.critical)}
            found.append({"code": code, "of": of, "rule": rule, "name": label, "unit": units[rule.unit], **shown})
    return found


def _added(added: dict[str, str] | None) -> dict[str, str]:
    return {**added, "for": f"{added['code']}:{added['of']}"} if added else {}
