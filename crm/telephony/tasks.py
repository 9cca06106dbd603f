"""Background work of the configuration."""

from celery import shared_task
from django.utils import timezone

from crm.campaigns.running import clock
from crm.telephony.publish import directory_publish


@shared_task(ignore_result=True, expires=30)
def directory_keep_published() -> None:
    """Publishes again what Redis lost or never got."""
    directory_publish()


@shared_task(ignore_result=True, expires=10)
def campaigns_keep_time() -> None:
    """Publishes anew when the moment has come at which a campaign begins or ends."""
    clock.campaigns_keep_time(timezone.now())
