from django.urls import path

from crm.live import views

urlpatterns = [
    path("floor/", views.floor, name="floor"),
    path("floor/orders/", views.orders, name="floor_orders"),
    path("floor/supervise/", views.supervise, name="floor_supervise"),
    path("floor/why/", views.why, name="floor_why"),
    path("floor/alarms/<int:alarm_id>/acknowledge/", views.acknowledge, name="floor_acknowledge"),
]
