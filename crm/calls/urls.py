from django.urls import path

from crm.calls import views
from crm.calls.exports import views as exports
from crm.calls.lists import views as lists

urlpatterns = [
    path("", lists.calls, name="calls"),
    path("marked/", lists.marked, name="marked_customers"),
    path("columns/", lists.columns, name="call_columns"),
    path("views/", lists.view_keep, name="call_view_keep"),
    path("views/<int:view_id>/remove/", lists.view_away, name="call_view_remove"),
    path("views/<int:view_id>/begin/", lists.view_first, name="call_view_begin"),
    path("exports/", exports.exports, name="call_exports"),
    path("exports/<int:export_id>/cancel/", exports.cancel, name="call_export_cancel"),
    path("exports/<int:export_id>/file/", exports.file, name="call_export_file"),
    path("<str:call_id>/", views.call, name="call"),
    path("<str:call_id>/number/", views.number, name="call_number"),
    path("<str:call_id>/note/", views.note, name="call_note"),
]
