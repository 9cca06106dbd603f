"""Addresses of the API."""

from django.urls import path

from crm.numberlists.api import checking, entries, marking

urlpatterns = [
    path("number-lists/entries", entries.Entries.as_view(), name="api_list_entries"),
    path("number-lists/entries/bulk", entries.EntriesBulk.as_view(), name="api_list_entries_bulk"),
    path("number-lists/entries/remove", entries.EntriesRemove.as_view(), name="api_list_entries_remove"),
    path("number-lists/entries/<int:pk>", entries.EntryOne.as_view(), name="api_list_entry"),
    path("calls/<str:call_id>/mark", marking.CallMark.as_view(), name="api_call_mark"),
    path("number-lists/check", checking.Check.as_view(), name="api_list_check"),
]
