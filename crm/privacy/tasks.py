"""Background work: erasures that were asked for, and those that a crash left half done."""

from celery import shared_task

from crm.privacy.erasing import erasure_run
from crm.privacy.models import Erasure


@shared_task(ignore_result=True, expires=60)
def erasures() -> None:
    """All that are not through. The row is the order: nothing is lost with the broker, and what is done stays done."""
    for erasure_id in Erasure.objects.filter(finished_at__isnull=True).values_list("pk", flat=True):
        erasure_run(erasure_id)
