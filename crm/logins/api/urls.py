"""Addresses of the API."""

from django.urls import path

from crm.logins.api.sessions import SessionOne, Sessions

urlpatterns = [
    path("sessions", Sessions.as_view(), name="api_sessions"),
    path("sessions/<int:pk>", SessionOne.as_view(), name="api_session"),
]
