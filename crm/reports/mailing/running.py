"""What is due becomes runs, and runs become mails."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from crm.access.holding import may
from crm.alone import alone
from crm.reports.files.sources import source_of
from crm.reports.mailing.letter import TooLarge, letter
from crm.reports.mailing.times import last_due, next_due
from crm.reports.models import MailingRun, ReportMailing

log = logging.getLogger(__name__)
LOCK = 0x72706D6C
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""Before the second, third … try; after the last of them it has failed."""
TOLD = timedelta(days=90)
"""So long runs are kept."""
State = MailingRun.State
OPEN = (State.WAITING, State.SENDING)


def mailings_run() -> None:
    """All that is due; nothing when another process is at it."""
    with alone(LOCK) as mine:
        if not mine:
            return
        # Whoever was sending them is dead: this is the only process at it.
        MailingRun.objects.filter(state=State.SENDING).update(state=State.UNSURE, finished_at=timezone.now())
        mailings_due(timezone.now())
        while run := _next():
            _work(run)
        MailingRun.objects.filter(finished_at__lt=timezone.now() - TOLD).delete()


def mailings_due(now: datetime) -> None:
    """Makes the runs of what is due, of each mailing at most one due time, and sets the next."""
    zone = timezone.get_current_timezone()
    for pk in ReportMailing.objects.filter(paused=False, next_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            due = ReportMailing.objects.select_for_update().filter(pk=pk, paused=False, next_at__lte=now).first()
            if due is None:
                continue
            when = last_due(due.rhythm, due.day, due.at, due.next_at, now, zone)
            MailingRun.objects.bulk_create(
                [MailingRun(mailing=due, due_at=when, recipient=one, try_at=now) for one in due.recipients.all()],
                ignore_conflicts=True,
            )
            due.next_at = next_due(due.rhythm, due.day, due.at, now, zone)
            due.save(update_fields=["next_at"])


def _next() -> MailingRun | None:
    waiting = MailingRun.objects.filter(state=State.WAITING, try_at__lte=timezone.now())
    return waiting.select_related("mailing__report__owner", "recipient").order_by("try_at", "pk").first()


def _work(run: MailingRun) -> None:
    reason = _refused(run)
    if reason:
        return _end(run, State.FAILED, reason)
    run.begun += 1
    run.save(update_fields=["begun"])  # what kills its worker each time is not tried for ever
    try:
        mail = letter(run)
    except (PermissionDenied, TooLarge) as error:
        return _end(run, State.FAILED, "too_large" if isinstance(error, TooLarge) else "not_allowed")
    except Exception as error:  # a fault in one report must not keep the others from being mailed
        log.exception("a report could not be drawn for a mail")
        return _again(run, f"{type(error).__name__}: {error}")
    run.state = State.SENDING
    run.save(update_fields=["state"])
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        return _again(run, f"{type(error).__name__}: {error}")
    return _end(run, State.SENT)


def _refused(run: MailingRun) -> str:
    """Why it is not even tried, as a code; "" if it is."""
    source, recipient = source_of(run.mailing.report.report), run.recipient
    if not settings.MAIL_SET:
        return "no_server"
    if run.begun > len(PAUSES):
        return "given_up"
    if source is None or not run.mailing.report.owner.is_active or not may(run.mailing.report.owner, source.needs):
        return "owner"
    if not recipient.is_active or not may(recipient, source.needs):
        return "not_allowed"
    return "" if recipient.email else "no_address"


def _again(run: MailingRun, reason: str) -> None:
    if run.begun > len(PAUSES):
        return _end(run, State.FAILED, reason)
    run.state, run.reason, run.try_at = State.WAITING, reason[:200], timezone.now() + PAUSES[run.begun - 1]
    run.save(update_fields=["state", "reason", "try_at"])
    return None


def _end(run: MailingRun, state: str, reason: str = "") -> None:
    run.state, run.reason, run.finished_at = state, reason[:200], timezone.now()
    run.save(update_fields=["state", "reason", "finished_at"])
