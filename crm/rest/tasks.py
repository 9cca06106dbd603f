"""What the API's own keeping does by itself."""

from celery import shared_task
from django.utils import timezone

from crm.rest import once


@shared_task(ignore_result=True, expires=3000)
def answers_forget() -> None:
    """Answers to repeated requests are kept for a day."""
    once.forget_old(timezone.now())
