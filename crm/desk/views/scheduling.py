"""The page on which calls are scheduled, for one customer or for those who were ticked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crm.access.guard import needs
from crm.customers.filters import number
from crm.desk.scheduling import callers, calls_schedule, wishes
from crm.desk.times import field, moment


@require_http_methods(["GET", "HEAD", "POST"])
@needs("desk.use", "callbacks.manage")
@never_cache
def schedule(request: HttpRequest) -> HttpResponse:
    """``customers``: their ids, in the address or in the form of the list; ``lines``: ids of the numbers chosen. A POST
    with ``due`` sets the calls; those that cannot be set stay on the page with the reason."""
    user, asked = request.user, request.POST if request.method == "POST" else request.GET
    wanted = wishes(user, *([number(text) for text in asked.getlist(name)] for name in ("customers", "lines")))
    if not wanted:
        messages.error(request, _("Tick the customers who are to be called first."))
        return redirect("customers")
    told: dict[str, Any] = {"page": "customers", "wishes": wanted, "callers": callers(user), "untouched": True}
    status = 200
    if request.method == "POST" and "due" in asked:
        told |= {name: asked.get(name, "") for name in ("due", "note")}
        told |= {"agent": asked.get("agent", ""), "untouched": "untouched" in asked}
        try:
            made, left = calls_schedule(user=user, wanted=wanted, **_said(request, told))
        except ValidationError as error:
            told, status = told | {"errors": error.messages}, 400
        else:
            if made:
                words = ngettext("%(n)s call is scheduled.", "%(n)s calls are scheduled.", made) % {"n": made}
                messages.success(request, words)
            if not left:
                return redirect("customer", customer_id=wanted[0].customer.pk) if made == 1 else redirect("customers")
            told, status = told | {"wishes": left}, 400
    told |= {"count": len(told["wishes"]), "soonest": field(timezone.now())}
    return render(request, "desk/schedule.html", told, status=status)


def _said(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    """Arguments of ``calls_schedule``; ValidationError for what makes no sense."""
    due = moment(told["due"])
    if due is None:
        raise ValidationError(_("Say when she is to be called."))
    agent = next((one for one in told["callers"] if str(one.pk) == told["agent"]), None)
    if agent is None:
        raise ValidationError(_("Say who is to call."))
    return {"due_at": due, "agent": agent, "note": told["note"][:400], "untouched": told["untouched"]}
