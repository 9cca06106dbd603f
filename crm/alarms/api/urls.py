"""Addresses of the API."""

from django.urls import path

from crm.alarms.api.alarms import AlarmAcknowledge, Alarms
from crm.alarms.api.limits import LimitExceptionOne, LimitExceptions, Limits

urlpatterns = [
    path("alarms", Alarms.as_view(), name="api_alarms"),
    path("alarms/<int:pk>/acknowledge", AlarmAcknowledge.as_view(), name="api_alarm_acknowledge"),
    path("alarms/limits", Limits.as_view(), name="api_alarm_limits"),
    path("alarms/limits/exceptions", LimitExceptions.as_view(), name="api_alarm_exceptions"),
    path("alarms/limits/exceptions/<int:pk>", LimitExceptionOne.as_view(), name="api_alarm_exception"),
]
