"""Background work of the calls."""

from celery import shared_task
from django.conf import settings

from crm.calls.cdr.importing import import_folder


@shared_task(ignore_result=True, expires=30)
def import_cdr() -> None:
    """Takes in what the switch wrote since the last time."""
    import_folder(settings.CDR_DIR)
