from django.urls import path

from crm.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("export.csv", views.export, {"form": "csv"}, name="audit_export_csv"),
    path("export.xlsx", views.export, {"form": "xlsx"}, name="audit_export_xlsx"),
]
