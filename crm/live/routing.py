"""Addresses of the websockets."""

from django.urls import path

from crm.live.consumers import DeskConsumer, FloorConsumer

websocket_urlpatterns = [
    path("ws/desk/", DeskConsumer.as_asgi()),
    path("ws/floor/", FloorConsumer.as_asgi()),
]
