"""Background work of the campaigns. What was ordered while a worker was away is not made up for (``expires``); of two
runs at once the second leaves at once."""

from celery import shared_task
from django.utils import timezone

from crm.alone import alone
from crm.campaigns.attempts.digest import digest, late_verdicts
from crm.campaigns.attempts.laws import callbacks_reopen, laws_check
from crm.campaigns.attempts.recorded import recorded_digest
from crm.campaigns.callbacks.running import call_due
from crm.campaigns.evidence import anchors, nightly
from crm.campaigns.evidence.exports.files import SHELF
from crm.campaigns.evidence.exports.writing import WRITER
from crm.campaigns.evidence.keeping import old_cut
from crm.campaigns.hopper.filling import fill_hoppers
from crm.campaigns.leads.filling import fill_run
from crm.campaigns.preview.services import shown_expire
from crm.campaigns.running.ending import campaigns_end
from crm.campaigns.running.figures import figures_recount

DIGEST, LAWS, CALLBACKS, SHOWN = 0x64696765, 0x6C617773, 0x63616C6C, 0x73686F77
OLD, FIGURES, ENDS = 0x65766F6C, 0x66696775, 0x656E6473
"""Locks."""
KEPT_S = 60
"""Where workers are so busy that whatever waits for 2 s is thrown away, this is done all the same."""


@shared_task(ignore_result=True, expires=2)
def hoppers() -> None:
    """Campaigns that dial by themselves get leads for agents who may soon be free."""
    fill_hoppers(timezone.now())


@shared_task(ignore_result=True, expires=KEPT_S)
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
    """What was said late, what the switch recorded, callbacks that nobody made, and what must never be."""
    with alone(LAWS) as mine:
        if mine:
            late_verdicts(timezone.now())
            recorded_digest(timezone.now())
            callbacks_reopen(timezone.now())
            laws_check(timezone.now())


@shared_task(ignore_result=True, expires=2)
def callbacks() -> None:
    """Callbacks whose time has come are dialled for who makes them."""
    with alone(CALLBACKS) as mine:
        if mine:
            call_due(timezone.now())


@shared_task(ignore_result=True, expires=2)
def previews() -> None:
    """Leads at which somebody looked for too long go to others."""
    with alone(SHOWN) as mine:
        if mine:
            shown_expire(timezone.now())


@shared_task(ignore_result=True, expires=2)
def figures() -> None:
    """Counts how far campaigns are where who looks need not wait for it."""
    with alone(FIGURES) as mine:
        if mine:
            figures_recount()


@shared_task(ignore_result=True, expires=10)
def endings() -> None:
    """Campaigns whose time is over, or that are through, end."""
    with alone(ENDS) as mine:
        if mine:
            campaigns_end(timezone.now())


@shared_task(ignore_result=True, expires=10)
def evidence_exports() -> None:
    """Removes files that are too old, then writes what was ordered."""
    SHELF.expire()
    WRITER.write_all()


@shared_task(ignore_result=True, expires=3600)
def evidence_anchor() -> None:
    """Notes the end of the evidence in the audit trail."""
    anchors.cast()


@shared_task(ignore_result=True, expires=4 * 3600)
def evidence_check() -> None:
    """Checks all of the evidence."""
    nightly.check_and_alarm()


@shared_task(ignore_result=True, expires=4 * 3600)
def evidence_old() -> None:
    """Removes evidence that is older than it is to be kept."""
    with alone(OLD) as mine:
        if mine:
            old_cut(timezone.now())
