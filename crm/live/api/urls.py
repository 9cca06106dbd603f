"""Addresses of the API."""

from django.urls import path

from crm.live.api.agents import AgentOne, Agents, AgentStates
from crm.live.api.calls import LiveCalls, LiveCallWhy
from crm.live.api.commands import DOORS
from crm.live.api.queues import QueueIntervals, QueueLive, Queues
from crm.live.api.supervising import DOORS as SUPERVISION

urlpatterns = [
    path("agents", Agents.as_view(), name="api_agents"),
    path("agents/<str:login>", AgentOne.as_view(), name="api_agent"),
    path("agents/<str:login>/states", AgentStates.as_view(), name="api_agent_states"),
    *(
        path(f"agents/<str:login>/commands/{word}", door.as_view(), name=f"api_agent_{word.replace('-', '_')}")
        for word, door in (DOORS | SUPERVISION).items()
    ),
    path("live/calls", LiveCalls.as_view(), name="api_live_calls"),
    path("live/calls/<str:call_id>/why", LiveCallWhy.as_view(), name="api_live_call_why"),
    path("queues", Queues.as_view(), name="api_queues"),
    path("queues/<str:code>/live", QueueLive.as_view(), name="api_queue_live"),
    path("queues/<str:code>/intervals", QueueIntervals.as_view(), name="api_queue_intervals"),
]
