"""Background work of the lists."""

from celery import shared_task

from crm.numberlists.publish import lists_publish


@shared_task(ignore_result=True, expires=30)
def lists_keep_published() -> None:
    """Writes again what Redis lost or never got."""
    lists_publish()
