"""Addresses of the API."""

from django.urls import path

from crm.popups.api import hosts, lookups, popups

urlpatterns = [
    path("popup-hosts", hosts.Hosts.as_view(), name="api_popup_hosts"),
    path("popup-hosts/<int:pk>", hosts.HostOne.as_view(), name="api_popup_host"),
    path("popups", popups.Popups.as_view(), name="api_popups"),
    path("popups/<int:pk>", popups.PopupOne.as_view(), name="api_popup"),
    path("popups/<int:pk>/example", popups.PopupExample.as_view(), name="api_popup_example"),
    path("popups/<int:pk>/secret", popups.PopupSecret.as_view(), name="api_popup_secret"),
    path("lookups", lookups.Lookups.as_view(), name="api_lookups"),
    path("lookups/<int:pk>", lookups.LookupOne.as_view(), name="api_lookup"),
    path("lookups/<int:pk>/test", lookups.LookupTry.as_view(), name="api_lookup_test"),
]
