"""Files of customers on disk: each under a key of ours in a folder that nobody serves, handed out by permission."""

import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.customers.fields.filetypes import kind_of
from crm.customers.models import Customer, CustomerField, CustomerFile
from crm.customers.sight import customers_visible

LOOSE = timedelta(days=1)
"""So long a file waits for the form that it was chosen in."""


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "customers"


def path_of(key: uuid.UUID | str) -> Path:
    """Where the file lies: told by its key alone."""
    name = str(uuid.UUID(str(key)))
    return folder() / name[:2] / name


def file_keep(*, user: User, field: CustomerField, upload: UploadedFile) -> CustomerFile:
    """Keeps what was uploaded until the form is saved (``files_claim``). Raises ValidationError with a sentence."""
    most = settings.CUSTOMER_FILE_MB
    if (upload.size or 0) > most * 1024 * 1024:
        raise ValidationError(_("A file has at most %(n)d MB.") % {"n": most})
    if not upload.size:
        raise ValidationError(_("This file is empty."))
    kind = kind_of(upload)
    kept = CustomerFile(field=field, name=shown_name(upload.name or "", kind), kind=kind, added_by=user)
    path = path_of(kept.key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = 0
    with path.open("xb") as file:
        for piece in upload.chunks():
            size += len(piece)
            file.write(piece)
    kept.size = size
    kept.save()
    return kept


def shown_name(name: str, kind: str) -> str:
    """The last part of a name, without what hides its ending or breaks a line."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem = name.rpartition(".")[0] or name or "file"
    return f"{stem[:110]}.{kind}"


def file_usable(*, user: User | None, customer: Customer | None, field: CustomerField, key: str) -> CustomerFile | None:
    """The file if it is this customer's, or one that this user has just uploaded for the field; else None."""
    found = CustomerFile.objects.filter(pk=key, field=field).first()
    if found is None:
        return None
    hers = customer is not None and customer.pk is not None and found.customer_id == customer.pk
    fresh = found.customer_id is None and user is not None and found.added_by_id == user.pk
    return found if hers or fresh else None


def files_claim(customer: Customer, keys: Collection[str]) -> None:
    """These are the customer's files now; others that she had go. Inside the transaction that saves her."""
    CustomerFile.objects.filter(pk__in=keys, customer=None).update(customer=customer)
    files_remove(CustomerFile.objects.filter(customer=customer).exclude(pk__in=keys))


def files_remove(files: Iterable[CustomerFile]) -> None:
    """Rows now, what lies on disk when that is committed."""
    keys = [file.pk for file in files]
    CustomerFile.objects.filter(pk__in=keys).delete()
    transaction.on_commit(lambda: [path_of(key).unlink(missing_ok=True) for key in keys])


def file_visible(user: User, key: uuid.UUID) -> CustomerFile | None:
    """One of a customer whom she sees, in a field that is in use, or one that she uploaded a moment ago."""
    found = CustomerFile.objects.select_related("field").filter(pk=key).first()
    if found is None:
        return None
    if found.customer_id is None:
        return found if found.added_by_id == user.pk else None
    return found if customers_visible(user).filter(pk=found.customer_id).exists() else None


def files_purge() -> int:
    """Removes uploads that no form was saved with, and what lies on disk without a row; returns how many files."""
    until = timezone.now() - LOOSE
    loose = list(CustomerFile.objects.filter(customer=None, added_at__lt=until))
    with transaction.atomic():
        files_remove(loose)
    removed = len(loose)
    for path in folder().glob("??/*"):
        if path.stat().st_mtime < until.timestamp() and not CustomerFile.objects.filter(pk=path.name).exists():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
