"""The nightly check: what is wrong is an alarm, what is right is noted in the audit trail."""

from crm.alarms.models import Severity
from crm.alarms.services import alarm_clear, alarm_raise
from crm.campaigns.evidence.anchors import cast
from crm.campaigns.evidence.check import Verdict, check

ALARM = "evidence_broken"


def check_and_alarm() -> Verdict:
    """The verdict."""
    verdict = check()
    if verdict.first:
        text, params = verdict.first
        alarm_raise(ALARM, severity=Severity.CRITICAL, text=text, params={**params, "wrong": verdict.wrong})
    else:
        alarm_clear(ALARM)
        cast()
    return verdict
