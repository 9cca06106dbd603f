from django.urls import path

from crm.customers.views import card, exports, fields, files, imports, pages

urlpatterns = [
    path("", pages.customers, name="customers"),
    path("new/", pages.new, name="customer_new"),
    path("<int:customer_id>/", pages.customer, name="customer"),
    path("numbers/<int:number_id>/", pages.open_number, name="customer_number"),
    path("files/<uuid:key>/", files.file, name="customer_file"),
    path("exports/", exports.exports, name="customer_exports"),
    path("exports/<int:export_id>/", exports.file, name="customer_export_file"),
    path("exports/<int:export_id>/cancel/", exports.cancel, name="customer_export_cancel"),
    path("imports/", imports.imports, name="customer_imports"),
    path("imports/template.<str:form>", imports.template, name="customer_import_template"),
    path("imports/<int:package_id>/", imports.package, name="customer_import"),
    path("imports/<int:package_id>/state/", imports.state, name="customer_import_state"),
    path("imports/<int:package_id>/start/", imports.start, name="customer_import_start"),
    path("imports/<int:package_id>/cancel/", imports.cancel, name="customer_import_cancel"),
    path("imports/<int:package_id>/undo/", imports.undo, name="customer_import_undo"),
    path("imports/<int:package_id>/bad.<str:form>", imports.bad_file, name="customer_import_bad"),
    path("fields/", fields.fields, name="customer_fields"),
    path("fields/new/", fields.field_new, name="customer_field_new"),
    path("fields/<int:field_id>/", fields.field, name="customer_field"),
    path("projects/new/", fields.project_new, name="customer_project_new"),
    path("projects/<int:project_id>/", fields.project, name="customer_project"),
    path("card/<str:call_id>/", card.card, name="caller_card"),
    path("card/<str:call_id>/found/", card.found, name="caller_found"),
    path("card/<str:call_id>/choose/", card.choose, name="caller_choose"),
    path("card/<str:call_id>/form/", card.form, name="caller_form"),
]
