"""Reading exports."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from crm.accounts.models import User
from crm.calls.exports.files import KEPT
from crm.calls.models import CallExport

SHOWN = 5


def exports_shown(user: User) -> QuerySet[CallExport]:
    """Her last ones, the newest first; those that she cancelled are gone after an hour."""
    now = timezone.now()
    recent = CallExport.objects.filter(owner=user, asked_at__gt=now - KEPT - timedelta(hours=1))
    cancelled = recent.filter(state=CallExport.State.CANCELLED, finished_at__lt=now - timedelta(hours=1))
    return recent.exclude(pk__in=cancelled.values("pk")).order_by("-asked_at", "-pk")[:SHOWN]
