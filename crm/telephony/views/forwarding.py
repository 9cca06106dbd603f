"""The page of an extension's forwarding: one's own, and for who manages extensions everybody's."""

import re
from datetime import time

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crm.access.guard import needs
from crm.telephony.forwarding import DAYS, How, Rule, forwarding_set, may_set, rules_shown
from crm.telephony.forwardlist import DAY_NAMES
from crm.telephony.models import Extension

MEANS = {
    How.ALWAYS: gettext_noop("Every call to the extension goes on at once; this phone does not ring."),
    How.NO_ANSWER: gettext_noop("Whoever is not answered within the ring time, or while no phone is registered."),
    How.BUSY: gettext_noop("While its user is in a call or wraps one up, is paused, or does not want to be disturbed."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("desk.use")
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Of her own extension."""
    row = Extension.objects.select_related("user").filter(user=request.user).first()
    if row is None:
        return render(request, "telephony/forwarding.html", {"page": "forwarding", "extension": None})
    return _page(request, row, "forwarding")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("extensions.see", "extensions.manage")
@never_cache
def of(request: HttpRequest, number: str) -> HttpResponse:
    """Of another's."""
    return _page(request, get_object_or_404(Extension.objects.select_related("user"), number=number), "extensions")


def _page(request: HttpRequest, row: Extension, page: str) -> HttpResponse:
    rules = rules_shown(request.user, row)
    if request.method == "POST":
        try:
            rules = [_asked(request, how) for how in How.values]
            forwarding_set(actor=request.user, extension=row, rules=rules)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The forwarding of %(number)s was saved.") % {"number": row.number})
            return redirect(request.path)
    kinds = [
        {"rule": rule, "how": rule.how, "label": How(rule.how).label, "means": _(MEANS[How(rule.how)])}
        for rule in rules
    ]  # fmt: skip
    told = {
        "page": page, "extension": row, "kinds": kinds, "may_set": may_set(request.user, row),
        "days": [(day, _(name)) for day, name in zip(DAYS, DAY_NAMES, strict=True)],
    }  # fmt: skip
    return render(request, "telephony/forwarding.html", told)


def _asked(request: HttpRequest, how: str) -> Rule:
    asked = request.POST
    days = tuple(day for day in DAYS if str(day) in asked.getlist(f"{how}-days"))
    return Rule(
        how, asked.get(f"{how}-number", "").strip(), f"{how}-active" in asked, () if len(days) == len(DAYS) else days,
        _time(asked.get(f"{how}-since", "")), _time(asked.get(f"{how}-until", "")),
    )  # fmt: skip


def _time(typed: str) -> time | None:
    """``HH:MM``; anything else is none. Raises ValidationError for what is no time of day."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", typed.strip())
    if not typed.strip():
        return None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValidationError(_("A time is hours and minutes, such as 18:30."))
    return time(int(found[1]), int(found[2]))
