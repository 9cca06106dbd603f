"""Records of the switch that could not be read in."""

from django.conf import settings

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open
from crm.alarms.models import Severity


def cdr(open: Open) -> Findings:
    """Files in ``bad`` of CDR_DIR."""
    bad = sum(1 for path in (settings.CDR_DIR / "bad").glob("*") if path.suffix != ".reason")
    return {"cdr_bad": [Finding("", Severity.WARNING, words.CDR_BAD, {"n": bad})] if bad else []}
