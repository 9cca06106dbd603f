from django.urls import path

from crm.rooms import views

urlpatterns = [
    path("", views.rooms, name="rooms"),
    path("rows/", views.rows, name="room_rows"),
    path("add/", views.add, name="room_add"),
    path("<slug:code>/", views.change, name="room_change"),
    path("<slug:code>/remove/", views.remove, name="room_remove"),
    path("<slug:code>/order/", views.order, name="room_order"),
]
