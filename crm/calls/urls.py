from django.urls import path

from crm.calls import views

urlpatterns = [
    path("", views.calls, name="calls"),
    path("<str:call_id>/", views.call, name="call"),
    path("<str:call_id>/number/", views.number, name="call_number"),
    path("<str:call_id>/note/", views.note, name="call_note"),
]
