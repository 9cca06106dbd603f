"""The floor: its frame, why a caller waits, orders to agents, and alarms that somebody takes care of."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm import switch
from crm.access.guard import needs
from crm.access.holding import may
from crm.alarms.services import alarm_acknowledge
from crm.live import floorwords
from crm.live.scope import floor_scope
from crm.live.selectors import waiting_call
from crm.live.services import Refused, agent_order
from crm.live.supervising import SUPERVISE, agent_supervise
from crm.live.why import in_sight


@require_safe
@needs("floor.watch")
def floor(request: HttpRequest) -> HttpResponse:
    """The frame of the page; its rows come over the websocket."""
    user = request.user
    told = {"page": "floor", "words": floorwords.words(), "may_command": may(user, "agents.command")}
    told["may_supervise"] = may(user, SUPERVISE)
    told["words"] |= {"has_phone": "yes" if user.extension else "", "me": user.username}
    told["may_handle"], told["may_set"] = may(user, "alarms.handle"), may(user, "alarms.set")
    told["may_see_calls"] = may(user, "calls.see")
    return render(request, "live/floor.html", told)


@require_safe
@needs("floor.watch")
@never_cache
def why(request: HttpRequest) -> JsonResponse:
    """Why a caller (``call``) waits, as far as she sees her; ``gone`` when she does not wait (any more)."""
    scope = floor_scope(request.user)
    told = waiting_call(scope, request.GET.get("call", ""))
    return JsonResponse({"gone": True} if told is None else in_sight(told, scope))


@require_POST
@needs("agents.command")
def orders(request: HttpRequest) -> JsonResponse:
    """An order to an agent: 202 when the daemon took it, else a sentence."""
    asked: dict[str, Any] = {name: request.POST.get(name, "") for name in ("kind", "reason", "what", "to")}
    asked["force"] = request.POST.get("force") == "yes"
    return _told(lambda: agent_order(user=request.user, login=request.POST.get("agent", ""), **asked))


@require_POST
@needs("agents.supervise")
def supervise(request: HttpRequest) -> JsonResponse:
    """The same, of an agent's call: hear it, be heard in it, leave it, take it over."""
    asked: dict[str, Any] = {name: request.POST.get(name, "") for name in ("kind", "mode")}
    return _told(lambda: agent_supervise(user=request.user, login=request.POST.get("agent", ""), **asked))


def _told(give: Callable[[], str]) -> JsonResponse:
    try:
        command_id = give()
    except PermissionDenied as error:
        return JsonResponse({"error": str(error)}, status=403)
    except switch.CommandWrong as error:
        return JsonResponse({"error": str(error)}, status=400)
    except switch.SwitchAway as error:
        return JsonResponse({"error": str(error)}, status=503)
    except Refused as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({"id": command_id}, status=202)


@require_POST
@needs("alarms.handle")
def acknowledge(request: HttpRequest, alarm_id: int) -> JsonResponse:
    """She takes care of it; 409 when somebody did before her, or it is over."""
    now = timezone.now()
    if not alarm_acknowledge(alarm_id, user=request.user, now=now):
        return JsonResponse({"error": _("It is over, or somebody takes care of it already.")}, status=409)
    return JsonResponse({"by": str(request.user), "acknowledged": round(now.timestamp() * 1e6)})
