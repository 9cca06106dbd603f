"""Alarms by mail, to the addresses of ALARM_MAIL."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

from crm.alarms.channel import NotDelivered
from crm.alarms.messages import Message


def send(message: Message) -> None:
    """One mail. Raises NotDelivered when the server does not take it."""
    subject, text = message.mail()
    try:
        send_mail(subject, text, None, settings.ALARM_MAIL)
    except (OSError, SMTPException) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error
