"""Addresses of the site; each app keeps its own."""

from functools import partial

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from ccsite.health import healthz
from crm.access.guard import public

ELSEWHERE = partial(RedirectView.as_view, http_method_names=["get", "head", "post"])

urlpatterns = [
    path("healthz", public(healthz), name="healthz"),
    # One door: with the admin's own there would be no lock-out and no second factor.
    path("admin/login/", public(ELSEWHERE(pattern_name="login", query_string=True)), name="admin_login"),
    path("admin/password_change/", public(ELSEWHERE(pattern_name="password")), name="admin_password"),
    path("admin/", admin.site.urls),
    path("api/", include("ccsite.api")),
    path("alarms/", include("crm.alarms.urls")),
    path("privacy/", include("crm.privacy.urls")),
    path("audit/", include("crm.audit.urls")),
    path("calls/", include("crm.calls.urls")),
    path("campaigns/evidence/", include("crm.campaigns.evidence.urls")),
    path("callbacks/", include("crm.campaigns.callbacks.urls")),
    path("campaigns/", include("crm.campaigns.urls")),
    path("customers/", include("crm.customers.urls")),
    path("rooms/", include("crm.rooms.urls")),
    path("integrations/popups/", include("crm.popups.urls")),
    path("integrations/webhooks/", include("crm.webhooks.urls")),
    path("integrations/", include("crm.integrations.urls")),
    path("lists/", include("crm.numberlists.urls")),
    path("reports/", include("crm.reports.urls")),
    path("staff/", include("crm.staff.urls")),
    path("switches/", include("crm.switches.urls")),
    path("", include("crm.telephony.urls")),
    path("", include("crm.palette.urls")),
    path("", include("crm.accounts.urls")),
    path("", include("crm.logins.urls")),
    path("", include("crm.live.urls")),
    path("", include("crm.desk.urls")),
]
