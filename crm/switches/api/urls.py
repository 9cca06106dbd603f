"""Addresses of the API."""

from django.urls import path

from crm.switches.api.switches import Switches, SwitchSteps

urlpatterns = [
    path("switches", Switches.as_view(), name="api_switches"),
    path("switches/<str:name>/steps", SwitchSteps.as_view(), name="api_switch_steps"),
]
