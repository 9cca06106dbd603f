from django.urls import path

from crm.privacy import views

urlpatterns = [
    path("", views.people, name="privacy"),
    path("<str:key>/", views.person, name="privacy_person"),
    path("<str:key>/export/", views.export, name="privacy_export"),
    path("<str:key>/erase/", views.erase, name="privacy_erase"),
]
