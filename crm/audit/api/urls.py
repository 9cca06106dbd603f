"""Addresses of the API."""

from django.urls import path

from crm.audit.api.entries import Entries, EntriesFile, EntryOne

urlpatterns = [
    path("audit", Entries.as_view(), name="api_audit"),
    path("audit/file/<slug:form>", EntriesFile.as_view(), name="api_audit_file"),
    path("audit/<int:pk>", EntryOne.as_view(), name="api_audit_entry"),
]
