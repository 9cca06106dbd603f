from django.urls import path

from crm.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("export.<str:form>", views.export, name="audit_export"),
]
