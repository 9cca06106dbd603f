from django.urls import path

from crm.alarms import limitviews, views

urlpatterns = [
    path("", views.alarms, name="alarms"),
    path("limits/", limitviews.limits, name="alarm_limits"),
    path("limits/add/", limitviews.add, name="alarm_limit_add"),
    path("limits/remove/", limitviews.remove, name="alarm_limit_remove"),
    path("<int:alarm_id>/acknowledge/", views.acknowledge, name="alarm_acknowledge"),
]
