from django.urls import path

from crm.telephony import views

urlpatterns = [
    path("", views.extensions, name="extensions"),
    path("rows/", views.rows, name="extension_rows"),
    path("add/", views.add, name="extension_add"),
    path("<str:number>/", views.change, name="extension_change"),
    path("<str:number>/secret/", views.secret, name="extension_secret"),
    path("<str:number>/remove/", views.remove, name="extension_remove"),
]
