"""Addresses of the API."""

from django.urls import path

from crm.webhooks.api import webhooks

urlpatterns = [
    path("webhooks", webhooks.Webhooks.as_view(), name="api_webhooks"),
    path("webhooks/<int:pk>", webhooks.WebhookOne.as_view(), name="api_webhook"),
    path("webhooks/<int:pk>/secret", webhooks.WebhookSecret.as_view(), name="api_webhook_secret"),
    path("webhooks/<int:pk>/test", webhooks.WebhookTry.as_view(), name="api_webhook_test"),
    path("webhooks/<int:pk>/undelivered", webhooks.WebhookUndelivered.as_view(), name="api_webhook_undelivered"),
]
