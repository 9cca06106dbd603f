from django.urls import path

from crm.switches import views

urlpatterns = [
    path("", views.switches, name="switches"),
    path("rows/", views.rows, name="switch_rows"),
    path("<str:node>/drain/", views.drain, name="switch_drain"),
    path("<str:node>/return/", views.bring_back, name="switch_return"),
]
