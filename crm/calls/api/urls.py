"""Addresses of the API."""

from django.urls import path

from crm.calls.api.calls import CallOne, Calls, CallTimeline
from crm.calls.api.deeds import CallCustomer, CallNumber
from crm.calls.api.exports import FILES

urlpatterns = [
    path("calls", Calls.as_view(), name="api_calls"),
    *FILES,
    path("calls/<str:call_id>", CallOne.as_view(), name="api_call"),
    path("calls/<str:call_id>/number", CallNumber.as_view(), name="api_call_number"),
    path("calls/<str:call_id>/customer", CallCustomer.as_view(), name="api_call_customer"),
    path("calls/<str:call_id>/timeline", CallTimeline.as_view(), name="api_call_timeline"),
]
