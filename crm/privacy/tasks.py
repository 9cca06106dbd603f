"""Background work: erasures, and those that a crash left half done."""

from celery import shared_task

from crm.privacy.models import Erasure


@shared_task(ignore_result=True)
def erase(erasure_id: int) -> None:
    """May be given twice, or anew after a crash: what is done stays done."""
    from crm.privacy.erasing import erasure_run  # asks the models of several apps

    erasure_run(erasure_id)


@shared_task(ignore_result=True, expires=300)
def go_on() -> None:
    """Those that a crash left half done."""
    for erasure_id in Erasure.objects.filter(finished_at__isnull=True).values_list("pk", flat=True):
        erase(erasure_id)
