"""Addresses of the API."""

from django.urls import path

from crm.reports.api import reports, saved

urlpatterns = [
    path("reports", reports.Reports.as_view(), name="api_reports"),
    path("reports/saved", saved.SavedReports.as_view(), name="api_saved_reports"),
    path("reports/saved/<int:pk>", saved.SavedOne.as_view(), name="api_saved_report"),
    path("reports/saved/<int:pk>/run", saved.SavedRun.as_view(), name="api_saved_report_run"),
    path("reports/<slug:code>", reports.ReportRun.as_view(), name="api_report"),
]
