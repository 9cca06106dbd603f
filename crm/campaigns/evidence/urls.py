from django.urls import path

from crm.campaigns.evidence import views

urlpatterns = [
    path("", views.attempts, name="evidence"),
    path("exports/", views.exports, name="evidence_exports"),
    path("exports/<int:export_id>/cancel/", views.cancel, name="evidence_export_cancel"),
    path("exports/<int:export_id>/file/", views.file, name="evidence_export_file"),
    path("keeping/", views.keeping, name="evidence_keeping"),
    path("<str:attempt_id>/", views.attempt, name="evidence_of"),
]
