"""Addresses of the API."""

from django.urls import path

from crm.integrations.api.me import Me

urlpatterns = [
    path("me", Me.as_view(), name="api_me"),
]
