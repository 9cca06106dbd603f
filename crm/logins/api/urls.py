"""Addresses of the API."""

from django.urls import path

from crm.logins.api.lockouts import Lockouts, LockoutUnlock
from crm.logins.api.sessions import SessionOne, Sessions

urlpatterns = [
    path("lockouts", Lockouts.as_view(), name="api_lockouts"),
    path("lockouts/unlock", LockoutUnlock.as_view(), name="api_lockout_unlock"),
    path("sessions", Sessions.as_view(), name="api_sessions"),
    path("sessions/<int:pk>", SessionOne.as_view(), name="api_session"),
]
