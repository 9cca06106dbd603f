"""Background work of the log."""

from celery import shared_task
from django.utils import timezone

from crm.events import kept


@shared_task(ignore_result=True, expires=3600)
def forget_old() -> None:
    kept.forget_old(timezone.now())
