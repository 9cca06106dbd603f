from django.urls import path

from crm.numberlists.views import editing, importing, marking, pages

urlpatterns = [
    path("", pages.lists, name="number_lists"),
    path("new/", editing.add, name="number_list_add"),
    path("remove/", editing.remove, name="number_list_remove"),
    path("import/", importing.from_file, name="number_list_import"),
    path("import/template/<str:kind>/", importing.template, name="number_list_template"),
    path("export/<str:kind>/", pages.export, name="number_list_export"),
    path("calls/<str:call_id>/mark/", marking.mark, name="number_mark"),
    path("<int:entry_id>/", editing.entry, name="number_list_entry"),
]
