"""Addresses of files, saved reports, mailings and lists of rows. They stand before those of the reports themselves."""

from django.urls import path

from crm.reports.files import views as files
from crm.reports.lost import views as lost
from crm.reports.mailing import views as mailing
from crm.reports.saved import views as saved
from crm.reports.staterecord import views as record

urlpatterns = [
    path("files/", files.files, name="report_files"),
    path("files/<int:order_id>/cancel/", files.cancel, name="report_file_cancel"),
    path("files/<int:order_id>/file/", files.file, name="report_file"),
    path("mine/", saved.mine, name="my_reports"),
    path("mine/keep/", saved.keep, name="report_keep"),
    path("mine/<int:report_id>/", saved.open_saved, name="saved_report"),
    path("mine/<int:report_id>/change/", saved.change, name="report_change"),
    path("mine/<int:report_id>/remove/", saved.remove, name="report_remove"),
    path("mine/<int:report_id>/mail/", mailing.add, name="mailing_add"),
    path("mailings/<int:mailing_id>/pause/", mailing.pause, name="mailing_pause"),
    path("mailings/<int:mailing_id>/remove/", mailing.remove, name="mailing_remove"),
    path("record/", record.record, name="state_record"),
    path("lost/", lost.lost_calls, name="lost_calls"),
    path("lost/<str:call_id>/settle/", lost.settle, name="lost_settle"),
]
