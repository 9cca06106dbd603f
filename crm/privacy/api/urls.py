"""Addresses of the API."""

from django.urls import path

from crm.privacy.api import erasures, people

urlpatterns = [
    path("privacy/people", people.People.as_view(), name="api_privacy_people"),
    path("privacy/people/<str:key>", people.PersonOne.as_view(), name="api_privacy_person"),
    path("privacy/people/<str:key>/export", people.PersonExport.as_view(), name="api_privacy_export"),
    path("privacy/people/<str:key>/erase", erasures.PersonErase.as_view(), name="api_privacy_erase"),
    path("privacy/erasures", erasures.Erasures.as_view(), name="api_privacy_erasures"),
    path("privacy/erasures/<int:pk>", erasures.ErasureOne.as_view(), name="api_privacy_erasure"),
]
