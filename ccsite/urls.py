"""Addresses of the site; each app keeps its own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from ccsite.health import healthz
from crm.access.guard import public

urlpatterns = [
    path("healthz", public(healthz), name="healthz"),
    # One door: with the admin's own there would be no lock-out and no second factor.
    path("admin/login/", public(RedirectView.as_view(pattern_name="login", query_string=True))),
    path("admin/password_change/", public(RedirectView.as_view(pattern_name="password"))),
    path("admin/", admin.site.urls),
    path("alarms/", include("crm.alarms.urls")),
    path("calls/", include("crm.calls.urls")),
    path("switches/", include("crm.switches.urls")),
    path("", include("crm.accounts.urls")),
    path("", include("crm.logins.urls")),
    path("", include("crm.live.urls")),
    path("", include("crm.desk.urls")),
]
