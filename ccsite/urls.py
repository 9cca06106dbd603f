"""Addresses of the site; each app keeps its own."""

from django.contrib import admin
from django.urls import include, path

from ccsite.health import healthz
from crm.access.guard import public

urlpatterns = [
    path("healthz", public(healthz), name="healthz"),
    path("admin/", admin.site.urls),
    path("alarms/", include("crm.alarms.urls")),
    path("calls/", include("crm.calls.urls")),
    path("switches/", include("crm.switches.urls")),
    path("", include("crm.accounts.urls")),
    path("", include("crm.live.urls")),
    path("", include("crm.desk.urls")),
]
