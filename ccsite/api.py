"""Addresses of the REST API; each app keeps its own."""

from django.urls import include, path, re_path

from crm.rest.pages import document, missing, reference

VERSION_1 = [
    path("", include("crm.integrations.api.urls")),
    path("", include("crm.customers.api.urls")),
    path("", include("crm.numberlists.api.urls")),
    path("", include("crm.calls.api.urls")),
    path("", include("crm.live.api.urls")),
    path("", include("crm.campaigns.api.urls")),
    path("", include("crm.events.api.urls")),
    path("", include("crm.reports.api.urls")),
    path("", include("crm.staff.api.urls")),
    path("", include("crm.telephony.api.urls")),
    path("", include("crm.switches.api.urls")),
    path("", include("crm.rooms.api.urls")),
    path("", include("crm.webhooks.api.urls")),
    path("", include("crm.popups.api.urls")),
    path("", include("crm.alarms.api.urls")),
    path("", include("crm.logins.api.urls")),
    path("", include("crm.audit.api.urls")),
    path("", include("crm.privacy.api.urls")),
]

urlpatterns = [
    path("docs", reference, name="api_docs"),
    path("v1/openapi.json", document, name="api_schema"),
    path("v1/", include(VERSION_1)),
    re_path("^.*$", missing, name="api_missing"),
]
