"""Where uploaded files lie, and the rows that were not taken; for how long, and what becomes of them in an erasure."""

import shutil
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from crm.customers.models import Package, PackageCustomer, PackageState
from crm.sheets.streams.csvrows import encoding_of

MOST_MB = 300
WAITS = timedelta(days=1)
"""So long an upload waits for its import."""
BAD_KEPT = timedelta(days=7)
"""So long the rows that were not taken are kept."""
BEFORE = (PackageState.UPLOADED, PackageState.TRYING, PackageState.TRIED)
PENDING = (PackageState.TRYING, PackageState.WAITING, PackageState.WORKING, PackageState.UNDOING)
"""What a worker is going to see to, or sees to."""
_XLSX = b"PK\x03\x04"


def folder(package: Package) -> Path:
    """All that lies on disk for the package."""
    return Path(settings.EXPORTS_DIR) / "imports" / str(package.file_key)


def source(package: Package) -> Path:
    """The uploaded file."""
    return folder(package) / "file"


def bad(package: Package) -> Path:
    """Rows that were not taken, see ``badrows``."""
    return folder(package) / "bad"


def upload_keep(upload: UploadedFile) -> tuple[uuid.UUID, str, str]:
    """Keeps the file; its key, its form (csv, xlsx) and of a csv its encoding. Raises ValidationError."""
    if (upload.size or 0) > MOST_MB * 1024 * 1024:
        raise ValidationError(_("A file has at most %(n)d MB.") % {"n": MOST_MB})
    if not upload.size:
        raise ValidationError(_("This file is empty."))
    key = uuid.uuid4()
    path = source(Package(file_key=key))
    path.parent.mkdir(parents=True, mode=0o700)
    try:
        with path.open("xb") as file:
            for piece in upload.chunks():
                file.write(piece)
        with path.open("rb") as file:
            form = "xlsx" if file.read(4) == _XLSX else "csv"
        return key, form, "" if form == "xlsx" else encoding_of(path)
    except ValidationError:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise


def source_forget(package: Package) -> None:
    """The import is through: the file is not needed any more."""
    source(package).unlink(missing_ok=True)


def files_forget(package: Package) -> None:
    """All of it, the rows that were not taken too."""
    if package.file_key:
        shutil.rmtree(folder(package), ignore_errors=True)


def packages_expire(now: datetime) -> None:
    """Uploads that nobody imported go with their rows, and after a week the rows that were not taken."""
    for package in Package.objects.filter(state__in=BEFORE, asked_at__lt=now - WAITS):
        if Package.objects.filter(pk=package.pk, state__in=BEFORE).delete()[0]:
            files_forget(package)
    for package in Package.objects.filter(file_key__isnull=False, finished_at__lt=now - BAD_KEPT):
        Package.objects.filter(pk=package.pk).update(file_key=None)
        files_forget(package)


def packages_erase(customers: Collection[int], now: datetime) -> None:
    """Somebody is erased: what was true of her before an import goes, and every file that may name her. A file that is
    not through would bring her back: its import ends."""
    PackageCustomer.objects.filter(customer__in=customers, before__isnull=False).update(before={})
    ends = (*BEFORE, PackageState.WAITING, PackageState.WORKING)
    over = {"state": PackageState.CANCELLED, "reason": "erased", "finished_at": now}
    Package.objects.filter(state__in=ends).update(**over)
    for package in Package.objects.filter(file_key__isnull=False):
        Package.objects.filter(pk=package.pk).update(file_key=None)
        files_forget(package)
