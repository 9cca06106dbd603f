from django.urls import path

from crm.alarms import views

urlpatterns = [
    path("", views.alarms, name="alarms"),
    path("<int:alarm_id>/acknowledge/", views.acknowledge, name="alarm_acknowledge"),
]
