"""Addresses of the API; the websocket is in ``ccsite.asgi``."""

from django.urls import path

from crm.events.api.events import Events, EventsStream

urlpatterns = [
    path("events", Events.as_view(), name="api_events"),
    path("events/stream", EventsStream.as_view(), name="api_events_stream"),
]
