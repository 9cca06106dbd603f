"""What people make of reports: files they order, questions they keep, mailings, and lost calls that are settled."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from crm.calls.models.ids import IdField
from crm.sheets.orders.rows import Order

REASONS = {
    "no_server": gettext_noop("No mail server is set."),
    "owner": gettext_noop("Who arranged it left, or may not export it any more."),
    "not_allowed": gettext_noop("The recipient may not see this."),
    "no_address": gettext_noop("The recipient has no mail address."),
    "too_large": gettext_noop("The file is too large for a mail."),
    "given_up": gettext_noop("It could not be made. Tell your administrator."),
}
"""Why a mail was not sent."""


class ReportFile(Order):
    """An order to write a report, or a list of rows, into a file."""

    report = models.CharField(max_length=32)
    said = models.JSONField(default=dict)
    """What is asked, in plain words of the page's address; what is personal goes when the order is through."""

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-asked_at"], name="report_file_hers"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "writing", "ready"]), name="report_file_live"
            ),
        ]
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")


class SavedReport(models.Model):
    """A question under a name. It opens nothing: who looks through it sees the figures that she may see."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    report = models.CharField(_("report"), max_length=32)
    said = models.JSONField(_("question"), default=dict)
    """In plain words of the page's address; a quick choice of days moves on with the calendar."""
    roles = models.ManyToManyField("accounts.Role", blank=True, related_name="+")
    """Whose holders see it, too."""
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_report_once")]
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")

    def __str__(self) -> str:
        return self.name


class ReportMailing(models.Model):
    """A saved report that is mailed again and again. Days and times are of the centre's zone."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("daily")
        WEEKLY = "weekly", _("weekly")
        MONTHLY = "monthly", _("monthly")

    report = models.ForeignKey(SavedReport, on_delete=models.CASCADE, related_name="mailings")
    form = models.CharField(_("form"), max_length=8)
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(_("day"), default=0)
    """Of the week (0 = Monday), or of the month (1 to 31; of a shorter month the last); 0 for a daily one."""
    at = models.TimeField(_("time"))
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    paused = models.BooleanField(_("paused"), default=False)
    next_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_at"], condition=Q(paused=False), name="mailing_due")]
        verbose_name = _("mailing of a report")
        verbose_name_plural = _("mailings of reports")

    def __str__(self) -> str:
        return f"{self.report} {self.rhythm} {self.at:%H:%M}"

    @property
    def weekday(self) -> str:
        """Its day in words, of a weekly one."""
        return str(WEEKDAYS.get(self.day, ""))


class MailingRun(models.Model):
    """One mail to one recipient for one due time. The row is the order; that it is unique keeps it from being sent
    twice. ``sending`` is committed before the mail server is spoken to: found so by another worker, nobody knows
    whether the mail went, and it is not sent again (``unsure``)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        UNSURE = "unsure", _("perhaps sent")

    mailing = models.ForeignKey(ReportMailing, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    begun = models.PositiveSmallIntegerField(default=0)
    """How often it was tried."""
    try_at = models.DateTimeField()
    """Not before."""
    finished_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    """Why it failed: a code, or what the mail server said."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "due_at", "recipient"], name="mailing_run_once")]
        indexes = [
            models.Index(fields=["try_at"], condition=Q(state__in=["waiting", "sending"]), name="mailing_run_open")
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.due_at} {self.recipient_id}"

    @property
    def words(self) -> Any:
        """Why it failed, or what is wrong so far, in a sentence; "" for nothing."""
        if self.state == self.State.UNSURE:
            return _("The centre stopped while it was being sent. It is not sent again, for nobody gets a mail twice.")
        return _(REASONS[self.reason]) if self.reason in REASONS else self.reason


class SettledCall(models.Model):
    """A lost call about which nothing more is to be done, and why."""

    call_id = IdField(primary_key=True, max_length=64)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("settled by")
    )
    at = models.DateTimeField(_("settled at"))

    class Meta:
        verbose_name = _("settled lost call")
        verbose_name_plural = _("settled lost calls")

    def __str__(self) -> str:
        return self.call_id
