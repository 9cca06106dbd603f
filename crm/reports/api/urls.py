"""Addresses of the API."""

from django.urls import path

from crm.reports.api import lost, mailings, record, reports, saved, targets
from crm.reports.api.files import FILES

urlpatterns = [
    path("lost-calls", lost.LostCalls.as_view(), name="api_lost_calls"),
    path("lost-calls/<str:call_id>/settle", lost.LostSettle.as_view(), name="api_lost_settle"),
    path("state-record", record.StateRecord.as_view(), name="api_state_record"),
    path("reports", reports.Reports.as_view(), name="api_reports"),
    path("reports/saved", saved.SavedReports.as_view(), name="api_saved_reports"),
    path("reports/saved/<int:pk>", saved.SavedOne.as_view(), name="api_saved_report"),
    path("reports/saved/<int:pk>/run", saved.SavedRun.as_view(), name="api_saved_report_run"),
    path("reports/mailings", mailings.Mailings.as_view(), name="api_mailings"),
    path("reports/mailings/<int:pk>", mailings.MailingOne.as_view(), name="api_mailing"),
    path("reports/mailings/<int:pk>/runs", mailings.MailingRuns.as_view(), name="api_mailing_runs"),
    path("reports/targets", targets.Targets.as_view(), name="api_targets"),
    path("reports/targets/queues", targets.QueueTargets.as_view(), name="api_queue_targets"),
    path("reports/targets/queues/<int:pk>", targets.QueueTargetOne.as_view(), name="api_queue_target"),
    *FILES,
    path("reports/<slug:code>", reports.ReportRun.as_view(), name="api_report"),
]
