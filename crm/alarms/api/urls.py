"""Addresses of the API."""

from django.urls import path

from crm.alarms.api.alarms import AlarmAcknowledge, Alarms

urlpatterns = [
    path("alarms", Alarms.as_view(), name="api_alarms"),
    path("alarms/<int:pk>/acknowledge", AlarmAcknowledge.as_view(), name="api_alarm_acknowledge"),
]
