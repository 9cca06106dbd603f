"""Addresses of the API."""

from django.urls import path

from crm.customers.api import contacts, exports, fields, files, imports, numbers
from crm.customers.api.customers import CustomerOne, Customers, CustomersBulk

urlpatterns = [
    path("customers", Customers.as_view(), name="api_customers"),
    path("customers/bulk", CustomersBulk.as_view(), name="api_customers_bulk"),
    path("customers/<int:pk>", CustomerOne.as_view(), name="api_customer"),
    path("customers/<int:pk>/calls", contacts.Contacts.as_view(), name="api_customer_calls"),
    path("customers/<int:pk>/numbers/<int:number>/open", numbers.NumberOpen.as_view(), name="api_customer_number"),
    path("customers/files", files.Files.as_view(), name="api_customer_files"),
    path("customers/files/<uuid:key>", files.FileOne.as_view(), name="api_customer_file"),
    *exports.FILES,
    path("projects", fields.Projects.as_view(), name="api_projects"),
    path("projects/<int:pk>", fields.ProjectOne.as_view(), name="api_project"),
    path("fields", fields.Fields.as_view(), name="api_fields"),
    path("fields/<int:pk>", fields.FieldOne.as_view(), name="api_field"),
    path("imports", imports.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>", imports.ImportOne.as_view(), name="api_import"),
    path("imports/<int:pk>/steps", imports.ImportSteps.as_view(), name="api_import_steps"),
    path("imports/<int:pk>/columns", imports.ImportColumns.as_view(), name="api_import_columns"),
    path("imports/<int:pk>/bad-rows", imports.ImportBadRows.as_view(), name="api_import_bad_rows"),
    path("imports/<int:pk>/bad-rows/<slug:form>", imports.ImportBadFile.as_view(), name="api_import_bad_file"),
]
