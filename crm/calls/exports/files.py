"""Where exported files lie, for how long, and what becomes of them when somebody is erased."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from crm.calls.filters import PERSONAL
from crm.calls.models import CallExport

KEPT = timedelta(hours=24)
TOLD = timedelta(days=30)
"""So long the order itself is kept."""
State = CallExport.State


def folder_of(export: CallExport) -> Path:
    """What is written for the order, drafts included."""
    return Path(settings.EXPORTS_DIR) / str(export.pk)


def file_of(export: CallExport) -> Path:
    return folder_of(export) / f"calls.{export.form}"


def nobodys(export: CallExport) -> dict[str, Any]:
    """What is kept of an order that is through: it no longer says whom it asked for."""
    asked = {name: value for name, value in export.filters.items() if name not in PERSONAL}
    return {"filters": asked, "calls": []}


def forgotten(exports: QuerySet[CallExport], state: str) -> int:
    """Ends these orders in a state in which nothing of them is left; returns how many."""
    done = 0
    for export in exports:
        over = {"state": state, "finished_at": timezone.now(), **nobodys(export)}
        done += exports.filter(pk=export.pk).update(**over)
        shutil.rmtree(folder_of(export), ignore_errors=True)
    return done


def exports_expire() -> None:
    """Removes files after a day, and orders after a month."""
    forgotten(CallExport.objects.filter(state=State.READY, finished_at__lt=timezone.now() - KEPT), State.EXPIRED)
    CallExport.objects.filter(finished_at__lt=timezone.now() - TOLD).delete()


def exports_erase() -> None:
    """Somebody was erased: files that may hold her go, what is being written is begun anew, and orders that ask for
    somebody end. Rows are clean before this is called."""
    asking = CallExport.objects.filter(state__in=[State.WAITING, State.WRITING], filters__has_any_keys=list(PERSONAL))
    forgotten(asking, State.CANCELLED)
    CallExport.objects.filter(state=State.WRITING).update(state=State.WAITING)
    forgotten(CallExport.objects.filter(state=State.READY), State.EXPIRED)
