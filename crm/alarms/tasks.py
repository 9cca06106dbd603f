"""Background work of the alarms."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from crm.alarms.conservation import check_and_alarm


@shared_task(ignore_result=True, expires=4 * 3600)
def conservation() -> None:
    """The laws of the business day that ended last."""
    check_and_alarm(timezone.localdate() - timedelta(days=1))
