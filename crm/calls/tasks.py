"""Background work of the calls."""

from celery import shared_task
from django.conf import settings

from crm.calls.cdr.importing import import_folder
from crm.calls.exports.files import SHELF
from crm.calls.exports.writing import WRITER
from crm.calls.partitions import partitions_ensure


@shared_task(ignore_result=True, expires=30)
def import_cdr() -> None:
    """Takes in what the switch wrote since the last time."""
    import_folder(settings.CDR_DIR)


@shared_task(ignore_result=True, expires=10)
def exports() -> None:
    """Removes files that are too old, then writes what was ordered. The row is the order: one that a dead worker left
    half written is written anew."""
    SHELF.expire()
    WRITER.write_all()


@shared_task(ignore_result=True, expires=3600)
def partitions() -> None:
    """Makes the tables of the next months."""
    partitions_ensure()
