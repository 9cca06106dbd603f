"""Background work of the campaigns. What was ordered while a worker was away is not made up for (``expires``); of two
runs at once the second leaves at once."""

from celery import shared_task
from django.utils import timezone

from crm.campaigns.alone import alone
from crm.campaigns.attempts.digest import digest, late_verdicts
from crm.campaigns.attempts.laws import callbacks_reopen, laws_check
from crm.campaigns.hopper.filling import fill_hoppers
from crm.campaigns.leads.filling import fill_run

DIGEST, LAWS = 0x64696765, 0x6C617773
"""Locks."""


@shared_task(ignore_result=True, expires=2)
def hoppers() -> None:
    """Campaigns that dial by themselves get leads for agents who may soon be free."""
    fill_hoppers(timezone.now())


@shared_task(ignore_result=True, expires=2)
def attempts() -> None:
    """What became of attempts goes into them, and on to their leads."""
    with alone(DIGEST) as mine:
        if mine:
            digest(timezone.now())


@shared_task(ignore_result=True, expires=5)
def fills() -> None:
    """Takes customers into campaigns, as it was ordered."""
    fill_run(timezone.now())


@shared_task(ignore_result=True, expires=60)
def laws() -> None:
    """What was said late, callbacks that nobody made, and what must never be."""
    with alone(LAWS) as mine:
        if mine:
            late_verdicts(timezone.now())
            callbacks_reopen(timezone.now())
            laws_check(timezone.now())
