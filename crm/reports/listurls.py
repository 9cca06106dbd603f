"""Addresses of files, saved reports, mailings and lists of rows. They stand before those of the reports themselves."""

from django.urls import path

from crm.reports.files import views as files
from crm.reports.lost import views as lost

urlpatterns = [
    path("files/", files.files, name="report_files"),
    path("files/<int:order_id>/cancel/", files.cancel, name="report_file_cancel"),
    path("files/<int:order_id>/file/", files.file, name="report_file"),
    path("lost/", lost.lost_calls, name="lost_calls"),
    path("lost/<str:call_id>/settle/", lost.settle, name="lost_settle"),
]
