"""Background work of the trail."""

from celery import shared_task
from django.conf import settings

from crm.alarms.models import Severity
from crm.alarms.services import alarm_clear, alarm_raise
from crm.audit import anchors, chain
from crm.audit.check import Verdict, check

ALARM = "audit_broken"


@shared_task(ignore_result=True, expires=30)
def seal() -> None:
    """Chains what was written since."""
    chain.seal()


@shared_task(ignore_result=True, expires=4 * 3600)
def check_nightly() -> None:
    """Checks the whole trail, and anchors it if all is well."""
    check_and_alarm()


def check_and_alarm() -> Verdict:
    """The verdict; what is wrong is an alarm, and what is right is anchored."""
    verdict = check(settings.AUDIT_ANCHORS)
    if verdict.first:
        text, params = verdict.first
        alarm_raise(ALARM, severity=Severity.CRITICAL, text=text, params={**params, "wrong": verdict.wrong})
    else:
        alarm_clear(ALARM)
        anchors.cast()
    return verdict


@shared_task(ignore_result=True, expires=3600)
def anchor() -> None:
    """Tells the chain's end outside the database, so that what is cut off behind it is missed."""
    anchors.cast()
