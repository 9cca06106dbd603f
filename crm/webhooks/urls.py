from django.urls import path

from crm.webhooks import views

urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("new/", views.new, name="webhook_new"),
    path("<int:webhook_id>/", views.webhook, name="webhook"),
    path("<int:webhook_id>/secret/", views.secret, name="webhook_secret"),
    path("<int:webhook_id>/try/", views.attempt, name="webhook_try"),
    path("<int:webhook_id>/switch/", views.switch, name="webhook_switch"),
    path("<int:webhook_id>/again/", views.again, name="webhook_again"),
    path("<int:webhook_id>/remove/", views.remove, name="webhook_remove"),
]
