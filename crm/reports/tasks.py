"""Background work of the reports."""

from celery import shared_task

from crm.reports.files.orders import SHELF, WRITER
from crm.reports.mailing.running import mailings_run


@shared_task(ignore_result=True, expires=10)
def files() -> None:
    """Removes files that are too old, then writes what was ordered. The row is the order: one that a dead worker left
    half written is written anew."""
    SHELF.expire()
    WRITER.write_all()


@shared_task(ignore_result=True, expires=30)
def mailings() -> None:
    """Mails what is due, and tries again what could not be mailed."""
    mailings_run()
