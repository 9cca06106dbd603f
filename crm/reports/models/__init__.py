"""Rows of reports: what was counted, targets, what people saved."""

from crm.reports.models.saved import MailingRun, ReportFile, ReportMailing, SavedReport, SettledCall

__all__ = ["MailingRun", "ReportFile", "ReportMailing", "SavedReport", "SettledCall"]
