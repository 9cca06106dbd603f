"""Room on the disks of the state folder and of what ALARM_DISKS names."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity

log = logging.getLogger(__name__)


def disks(open: Open, usage: Callable[[Path], Any] = shutil.disk_usage) -> Findings:
    """One finding a disk: folders that share one are told by the first of them."""
    found: list[Finding] = []
    seen: set[int] = set()
    for path in settings.ALARM_DISKS:
        try:
            device, room = path.stat().st_dev, usage(path)
        except OSError as error:
            log.error("the disk of %s cannot be looked at: %s", path, error)
            continue
        if device in seen:
            continue
        seen.add(device)
        share = room.free / room.total * 100
        bad = severity(share, settings.ALARM_DISK_PERCENT, open.get(("disk_low", str(path))), low=True)
        if bad:
            params = {"path": str(path), "percent": f"{share:.1f}", "free": f"{room.free / 1e9:.1f}"}
            found.append(Finding(str(path), bad, words.DISK_LOW, params))
    return {"disk_low": found}
