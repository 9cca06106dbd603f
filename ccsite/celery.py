"""Celery's application: `celery -A ccsite.celery worker`. Tasks are in the apps' tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")

app = Celery("switchdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
