"""Arranging mailings: making, pausing and removing them."""

from collections.abc import Iterable
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.reports.files.sources import source_of
from crm.reports.mailing.selectors import recipients_for
from crm.reports.mailing.times import next_due
from crm.reports.models import ReportMailing, SavedReport
from crm.sheets.writing import TYPES

AT_MOST = 20
DAYS = {"daily": range(1), "weekly": range(7), "monthly": range(1, 32)}
"""Rhythm → the days that it can have."""


@transaction.atomic
def mailing_add(
    *, user: User, report_id: int, form: str, rhythm: str, day: int, at: str, recipients: Iterable[str]
) -> ReportMailing:
    """Of a report of hers. ``at``: HH:MM of the centre's zone; ``recipients``: ids. Raises SavedReport.DoesNotExist,
    PermissionDenied, and ValidationError with a sentence."""
    saved = SavedReport.objects.select_for_update().get(owner=user, pk=report_id)
    source = source_of(saved.report)
    if source is None or form not in TYPES or rhythm not in DAYS:
        raise ValidationError(_("There is no such report, form or rhythm."))
    require(user, source.needs)
    clock = _clock(at)
    if rhythm == "daily":
        day = 0
    if day not in DAYS[rhythm]:
        raise ValidationError(_("There is no such day."))
    if ReportMailing.objects.filter(report__owner=user).count() >= AT_MOST:
        raise ValidationError(_("You have %(n)s mailings already. Remove one first.") % {"n": AT_MOST})
    wanted = {one for one in recipients if one.isascii() and one.isdigit() and len(one) < 10}
    people = list(recipients_for(user).filter(pk__in=wanted))
    if not people or len(people) != len(wanted):
        raise ValidationError(_("Choose who gets it, from those who have a mail address."))
    made = ReportMailing.objects.create(
        report=saved, form=form, rhythm=rhythm, day=day, at=clock, next_at=_next(rhythm, day, clock)
    )
    made.recipients.set(people)
    return made


@transaction.atomic
def mailing_pause(*, user: User, mailing_id: int, paused: bool) -> ReportMailing:
    """What went by while it was paused is not made up for. Raises ReportMailing.DoesNotExist for what is not hers."""
    mailing = ReportMailing.objects.select_for_update(of=("self",)).get(report__owner=user, pk=mailing_id)
    mailing.paused = paused
    if not paused:
        mailing.next_at = _next(mailing.rhythm, mailing.day, mailing.at)
    mailing.save(update_fields=["paused", "next_at"])
    return mailing


def mailing_remove(*, user: User, mailing_id: int) -> bool:
    """Only her own; False when there is none."""
    return ReportMailing.objects.filter(report__owner=user, pk=mailing_id).delete()[0] > 0


def _next(rhythm: str, day: int, at: time) -> datetime:
    return next_due(rhythm, day, at, timezone.now(), timezone.get_current_timezone())


def _clock(said: str) -> time:
    try:
        clock = parse_time(said)
    except ValueError:
        clock = None
    if clock is None or clock.tzinfo:
        raise ValidationError(_("Give a time such as 08:30."))
    return clock.replace(second=0, microsecond=0)
