"""Background work of the customers."""

from celery import shared_task
from django.utils import timezone

from crm.customers.exports.files import SHELF
from crm.customers.exports.writing import WRITER
from crm.customers.fields.files import files_purge
from crm.customers.fields.words import words_renew
from crm.customers.imports.files import packages_expire
from crm.customers.imports.running import packages_run


@shared_task(ignore_result=True, expires=10)
def exports() -> None:
    """Removes files that are too old, then writes what was ordered. The row is the order: one that a dead worker left
    half written is written anew."""
    SHELF.expire()
    WRITER.write_all()


@shared_task(ignore_result=True, expires=10)
def imports() -> None:
    """Removes files that are too old, then tries, imports and undoes what was ordered. The row is the order: one that
    a dead worker left half done goes on where it stopped."""
    packages_expire(timezone.now())
    packages_run()


@shared_task(ignore_result=True, expires=10)
def words() -> None:
    """Fields were changed: the search finds what they say now."""
    words_renew()


@shared_task(ignore_result=True, expires=3600)
def files() -> None:
    """Removes uploads that no form was saved with."""
    files_purge()
