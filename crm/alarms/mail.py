"""Alarms by mail, to the addresses of ALARM_MAIL. A mail that cannot be sent is logged; the alarm stands anyway."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from crm.alarms.models import Alarm
from crm.alarms.selectors import spoken
from crm.alarms.words import title

log = logging.getLogger(__name__)


def mail_alarm(alarm: Alarm) -> None:
    """One mail in the site's language; nothing while ALARM_MAIL is empty."""
    if not settings.ALARM_MAIL:
        return
    with translation.override(settings.LANGUAGE_CODE):
        what = title(alarm.code)
        subject = _("Over: %(alarm)s") % {"alarm": what} if alarm.cleared_at else what
        try:
            send_mail(f"[Switchdesk] {subject}", spoken([alarm])[0][1], None, settings.ALARM_MAIL)
        except (OSError, SMTPException) as error:
            log.error("the mail about the alarm %s was not sent: %s", alarm, error)
