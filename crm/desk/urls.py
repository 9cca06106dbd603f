from django.urls import path

from crm.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/idle/", views.idle, name="desk_idle"),
    path("desk/work/<str:call_id>/", views.work, name="desk_work"),
    path("desk/orders/", views.orders, name="desk_orders"),
    path("desk/dial/", views.dial, name="desk_dial"),
    path("desk/notes/<str:call_id>/", views.notes, name="desk_notes"),
]
