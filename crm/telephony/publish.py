"""From rows to the daemon: the directory is written whole, with a version that only rises, and beside it, in a key of
its own, what phones and trunks prove themselves by.

Every change bumps the version in its own transaction and publishes after its commit. When Redis is away then, or is
wiped later, a task finds the snapshot older than the rows and publishes again.
"""

import logging

import msgspec
import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F

from crm import bus
from crm.telephony.extensions import phones_secrets
from crm.telephony.models import DirectoryVersion
from crm.telephony.selectors import directory_snapshot
from crm.telephony.trunks import trunks_secrets
from switchctl.contract import directory, secrets
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)
_ROW = 1


def directory_changed() -> None:
    """Call it in the transaction that changes a row of the directory."""
    with transaction.atomic():
        _bump()
        transaction.on_commit(_publish_if_possible)


def directory_publish(*, names: Names = MAIN, force: bool = False) -> int:
    """Writes the snapshot if Redis holds an older one (or ``force``); returns the version that is out.

    Publishers stand in line at the version's row, so an older snapshot never lands on a newer one. Raises
    redis.RedisError.
    """
    with transaction.atomic():
        DirectoryVersion.objects.get_or_create(pk=_ROW)
        row = DirectoryVersion.objects.select_for_update().get(pk=_ROW)
        out = published_version(names=names)
        if out == row.version and row.version and not force and bus.client().exists(names.secrets):
            return row.version
        if force or out >= row.version:  # Redis knows a future (the rows were restored from a backup): go past it
            row.version = max(row.version, out) + 1
            row.save(update_fields=["version"])
        snapshot = directory_snapshot(row.version)
        pipe = bus.client().pipeline(transaction=True)
        pipe.set(names.directory, directory.encode(snapshot))
        pipe.set(names.secrets, secrets.encode(_secrets(row.version)))
        pipe.publish(names.directory_changed, str(row.version))
        pipe.execute()
        return row.version


def published_version(*, names: Names = MAIN) -> int:
    """Version of the snapshot in Redis; 0 when there is none that can be read."""
    out = published(names=names)
    return 0 if out is None else out.version


def published(*, names: Names = MAIN) -> directory.Directory | None:
    """The snapshot in Redis; None when there is none that can be read. Raises redis.RedisError."""
    raw = bus.client().get(names.directory)
    try:
        return directory.decode(raw) if raw else None
    except msgspec.DecodeError:
        return None


def _secrets(version: int) -> secrets.Secrets:
    return secrets.Secrets(
        version=version, domain=settings.SIP_DOMAIN, phones=phones_secrets(), trunks=trunks_secrets()
    )


def _bump() -> None:
    if not DirectoryVersion.objects.filter(pk=_ROW).update(version=F("version") + 1):
        DirectoryVersion.objects.get_or_create(pk=_ROW, defaults={"version": 1})


def _publish_if_possible() -> None:
    try:
        directory_publish()
    except redis.RedisError as error:
        log.warning("directory not published, will be tried again: %s", error)
