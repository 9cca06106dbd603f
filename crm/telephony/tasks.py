"""Background work of the configuration."""

from celery import shared_task

from crm.telephony.publish import directory_publish


@shared_task(ignore_result=True, expires=30)
def directory_keep_published() -> None:
    """Publishes again what Redis lost or never got."""
    directory_publish()
