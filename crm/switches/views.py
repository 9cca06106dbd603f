"""The page of the switches: who sees it, and who empties and returns them, is a matter of roles."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm import switch
from crm.access.guard import needs
from crm.access.holding import may
from crm.switches.selectors import switch_rows


@require_safe
@needs("switches.see")
@never_cache
def switches(request: HttpRequest) -> HttpResponse:
    """All switches; the page fetches its rows again every two seconds."""
    return _shown(request, "switches/switches.html")


@require_safe
@needs("switches.see")
@never_cache
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone."""
    return _shown(request, "switches/_rows.html")


@require_POST
@needs("switches.manage")
def drain(request: HttpRequest, node: str) -> HttpResponse:
    """Take no new calls there. ``force``: even if no other switch takes any."""
    return _ordered(request, "DrainNode", node=node, force=request.POST.get("force") == "1")


@require_POST
@needs("switches.manage")
def bring_back(request: HttpRequest, node: str) -> HttpResponse:
    """Take calls there again."""
    return _ordered(request, "ReturnNode", node=node)


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    manages = may(request.user, "switches.manage")
    return render(request, template, {"page": "switches", "rows": switch_rows(), "may_manage": manages})


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
