"""Celery's application: `celery -A ccsite.celery worker`. Tasks are in the apps' tasks.py."""

import gc
import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")

app = Celery("switchdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _keep_what_is_loaded(**_said: Any) -> None:
    """What is loaded by now stays: without it each full collection looks through all of it, some 50 ms."""
    gc.collect()
    gc.freeze()


LONG = "long"
"""Queue of what may take minutes. It has workers of its own: whatever is written or read there, hoppers are filled and
attempts looked after each second."""
app.conf.task_routes = {
    task: {"queue": LONG}
    for task in (
        "crm.alarms.tasks.conservation", "crm.audit.tasks.check_nightly", "crm.calls.tasks.exports",
        "crm.calls.tasks.partitions", "crm.campaigns.tasks.evidence_check", "crm.campaigns.tasks.evidence_exports",
        "crm.campaigns.tasks.evidence_old",
        "crm.campaigns.tasks.fills", "crm.customers.tasks.exports", "crm.customers.tasks.files",
        "crm.customers.tasks.imports", "crm.customers.tasks.words", "crm.privacy.tasks.erasures",
        "crm.reports.tasks.files", "crm.reports.tasks.mailings",
    )
}  # fmt: skip
app.conf.beat_schedule = {
    "import-cdr": {"task": "crm.calls.tasks.import_cdr", "schedule": 10.0},
    "keep-directory-published": {"task": "crm.telephony.tasks.directory_keep_published", "schedule": 10.0},
    "campaign-hoppers": {"task": "crm.campaigns.tasks.hoppers", "schedule": 1.0},
    "campaign-attempts": {"task": "crm.campaigns.tasks.attempts", "schedule": 1.0},
    "campaign-fills": {"task": "crm.campaigns.tasks.fills", "schedule": 2.0},
    "campaign-laws": {"task": "crm.campaigns.tasks.laws", "schedule": 60.0},
    "campaign-endings": {"task": "crm.campaigns.tasks.endings", "schedule": 10.0},
    "campaigns-keep-time": {"task": "crm.telephony.tasks.campaigns_keep_time", "schedule": 2.0},
    "keep-lists-published": {"task": "crm.numberlists.tasks.lists_keep_published", "schedule": 2.0},
    "campaign-callbacks": {"task": "crm.campaigns.tasks.callbacks", "schedule": 1.0},
    "campaign-previews": {"task": "crm.campaigns.tasks.previews", "schedule": 1.0},
    "campaign-figures": {"task": "crm.campaigns.tasks.figures", "schedule": 2.0},
    "evidence-exports": {"task": "crm.campaigns.tasks.evidence_exports", "schedule": 2.0},
    "evidence-anchor": {"task": "crm.campaigns.tasks.evidence_anchor", "schedule": crontab(minute=2)},
    "evidence-check": {"task": "crm.campaigns.tasks.evidence_check", "schedule": crontab(hour=3, minute=5)},
    "evidence-old": {"task": "crm.campaigns.tasks.evidence_old", "schedule": crontab(hour=3, minute=50)},
    "conservation": {"task": "crm.alarms.tasks.conservation", "schedule": crontab(hour=2, minute=30)},
    "erasures": {"task": "crm.privacy.tasks.erasures", "schedule": 10.0},
    "call-exports": {"task": "crm.calls.tasks.exports", "schedule": 2.0},
    "customer-exports": {"task": "crm.customers.tasks.exports", "schedule": 2.0},
    "customer-imports": {"task": "crm.customers.tasks.imports", "schedule": 1.0},
    "customer-words": {"task": "crm.customers.tasks.words", "schedule": 10.0},
    "customer-files": {"task": "crm.customers.tasks.files", "schedule": crontab(hour=3, minute=40)},
    "report-files": {"task": "crm.reports.tasks.files", "schedule": 2.0},
    "report-mailings": {"task": "crm.reports.tasks.mailings", "schedule": 30.0},
    "call-partitions": {"task": "crm.calls.tasks.partitions", "schedule": crontab(hour=3, minute=20)},
    "answers-forget": {"task": "crm.rest.tasks.answers_forget", "schedule": crontab(minute=17)},
    "events-forget": {"task": "crm.events.tasks.forget_old", "schedule": crontab(minute=12)},
    "audit-seal": {"task": "crm.audit.tasks.seal", "schedule": 10.0},
    "audit-anchor": {"task": "crm.audit.tasks.anchor", "schedule": crontab(minute=5)},
    "audit-check": {"task": "crm.audit.tasks.check_nightly", "schedule": crontab(hour=2, minute=50)},
}
