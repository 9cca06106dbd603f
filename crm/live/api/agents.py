"""Agents: who there is and what they do, now and before."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import Department, User
from crm.accounts.selectors import department_ids_below
from crm.calls.selectors import agent_states
from crm.live.api.floor import WATCH, agents_told, agents_watched
from crm.live.api.shapes import AGENT_STATES, AgentShape, AgentStateShape
from crm.live.state import live_state
from crm.rest.endpoint import Endpoint
from crm.rest.fields import Moment
from crm.rest.shapes import Asked
from crm.telephony.models import Queue
from crm.telephony.serving import serving

TAGS = ["Agents"]
SEE = "reports.see"
"""What she did before is a matter of reports, here as on the page of states."""
LENGTH = timedelta(days=1)


class AgentsAsked(Asked):
    """Filters of the list."""

    state = serializers.ChoiceField(AGENT_STATES, required=False)
    queue = serializers.CharField(required=False, max_length=32, help_text="Code of a queue that they serve.")
    department = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31, help_text="Id of a department; those below it count, too."
    )


class Agents(Endpoint):
    """All whom the data scope reaches, by their logins, with what they do now."""

    serializer_class = AgentShape
    asked = AgentsAsked
    ordering = ("username",)
    needs = {"GET": WATCH}

    @extend_schema(
        operation_id="agents_list", tags=TAGS, summary="Agents as they are now", responses=AgentShape(many=True)
    )
    def get(self, request: Request) -> Response:
        found = _asked(agents_watched(request.user), self.asked_for()).select_related("department")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(agents_told(page or ()), many=True).data)


class AgentOne(Endpoint):
    """One agent and what she does now."""

    serializer_class = AgentShape
    needs = {"GET": WATCH}

    @extend_schema(operation_id="agents_read", tags=TAGS, summary="An agent as she is now", responses=AgentShape)
    def get(self, request: Request, login: str) -> Response:
        found = agents_watched(request.user).select_related("department")
        return self.shown(agents_told([agent_or_404(found, login)])[0])


class StatesAsked(Asked):
    """The time that is asked for."""

    since = Moment(required=False, help_text="Without it: a day before `until`.")
    until = Moment(required=False, help_text="Without it: now.")


class AgentStates(Endpoint):
    """What an agent did, in order of time: all intervals that touch the time asked for, whole."""

    serializer_class = AgentStateShape
    lists = True
    asked = StatesAsked
    ordering = ("started_at", "seq", "id")
    needs = {"GET": SEE}

    @extend_schema(
        operation_id="agents_states", tags=TAGS, summary="States of an agent", responses=AgentStateShape(many=True)
    )
    def get(self, request: Request, login: str) -> Response:
        agent = agent_or_404(agents_watched(request.user, SEE), login)
        asked = self.asked_for()
        until = asked.get("until") or timezone.now()
        return self.listed(agent_states(agent.username, asked.get("since") or until - LENGTH, until))


def agent_or_404(agents: QuerySet[User], login: str) -> User:
    return get_object_or_404(agents, username=login if len(login) <= 32 and login.isprintable() else "")


def _asked(agents: QuerySet[User], asked: dict[str, Any]) -> QuerySet[User]:
    if state := asked.get("state"):
        view = live_state().view.agents
        off = state == "offline"
        logins = [login for login, agent in view.items() if (agent.state != "offline" if off else agent.state == state)]
        agents = agents.exclude(username__in=logins) if off else agents.filter(username__in=logins)
    if code := asked.get("queue"):
        queue = Queue.objects.filter(code=code).first()
        agents = agents.filter(pk__in=serving().get(queue.pk, ())) if queue else agents.none()
    if department := asked.get("department"):
        below = department_ids_below(Department.objects.filter(pk=department).first())
        agents = agents.filter(department__in=below)
    return agents
