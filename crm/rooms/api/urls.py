"""Addresses of the API."""

from django.urls import path

from crm.rooms.api.rooms import Rooms, RoomSteps
from crm.rooms.api.settings import RoomOne

urlpatterns = [
    path("rooms", Rooms.as_view(), name="api_rooms"),
    path("rooms/<slug:code>", RoomOne.as_view(), name="api_room"),
    path("rooms/<slug:code>/steps", RoomSteps.as_view(), name="api_room_steps"),
]
