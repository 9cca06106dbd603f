"""Addresses of the API."""

from django.urls import path

from crm.switches.api.switches import Switches

urlpatterns = [path("switches", Switches.as_view(), name="api_switches")]
