"""The page of the switches: supervisors see it, administrators empty and return them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm import switch
from crm.switches.selectors import switch_rows


@require_safe
@login_required
@never_cache
def switches(request: HttpRequest) -> HttpResponse:
    """All switches; the page fetches its rows again every two seconds."""
    return _shown(request, "switches/switches.html")


@require_safe
@login_required
@never_cache
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone."""
    return _shown(request, "switches/_rows.html")


@require_POST
@login_required
def drain(request: HttpRequest, node: str) -> HttpResponse:
    """Take no new calls there. ``force``: even if no other switch takes any."""
    return _ordered(request, "DrainNode", node=node, force=request.POST.get("force") == "1")


@require_POST
@login_required
def bring_back(request: HttpRequest, node: str) -> HttpResponse:
    """Take calls there again."""
    return _ordered(request, "ReturnNode", node=node)


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    if not request.user.is_supervisor:
        raise PermissionDenied
    return render(request, template, {"page": "switches", "rows": switch_rows()})


def _ordered(request: HttpRequest, kind: str, **fields: object) -> HttpResponse:
    """The page changes when the fact is back; until then it waits for the daemon's answer, if only a moment."""
    since = switch.facts_end()
    try:
        command_id = switch.command_send(request.user, kind, **fields)
    except (switch.SwitchAway, switch.CommandWrong) as error:
        messages.error(request, str(error))
        return redirect("switches")
    answer = switch.command_answer(command_id, since=since)
    if answer is None:
        messages.warning(request, _("The call centre service has not answered yet."))
    elif answer:
        messages.error(request, answer)
    return redirect("switches")
