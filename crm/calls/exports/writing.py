"""Writing what was ordered, by a task.

The calls are read in chunks from one place of the list to the next, so memory stays flat, no transaction is long, and
a call that arrives meanwhile is not in it. Each chunk notes how far it is, and learns whether it is still wanted. One
order is written at a time, whatever the number of workers: the others go on with their quick tasks. A worker holds a
lock of its database connection while it writes; when it is killed the lock is gone, and the next run begins the order
anew. Who asked is asked for again: what she may see, and how, is decided as the file is written.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone, translation

from crm.access.holding import may, reach
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.calls.exports.files import file_of, folder_of, forgotten, nobodys
from crm.calls.filters import filters
from crm.calls.lists.columns import chosen, for_file, head_of_file, names_for
from crm.calls.models import CallExport, CallRecord
from crm.calls.paging import Place, beyond
from crm.calls.selectors import calls_found
from crm.sheets.writing import CSV, csv_pieces, xlsx_pieces

log = logging.getLogger(__name__)
LOCK = 0x65787073
CHUNK = 2000
BEGUN_AT_MOST = 5
"""An order that kills its worker each time is not begun for ever."""
State = CallExport.State


class _Unwanted(Exception):
    """It was cancelled, or is to be begun anew."""


def exports_write() -> None:
    """All that was ordered, the oldest first; nothing when another process is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return
        try:
            while export := _next():
                _write(export)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def calls_of(export: CallExport, user: User) -> QuerySet[CallRecord]:
    """What the order asks for, as far as she may both see and export, now."""
    widths = {code: reach(user, code) for code in ("calls.see", "calls.export")}
    if not all(widths.values()):
        return CallRecord.objects.none()
    narrow = min(widths, key=lambda code: widths[code].scope.width)
    asked = filters(export.filters, whole=sees_whole(user))
    found = calls_found(user, narrow, **asked.query())
    if export.calls:
        found = found.filter(call_id__in=export.calls)
    return found.select_related("customer", "disposition")


def _next() -> CallExport | None:
    pending = CallExport.objects.filter(state__in=[State.WAITING, State.WRITING])
    return pending.select_related("owner").order_by("asked_at", "pk").first()


def _write(export: CallExport) -> None:
    mine = CallExport.objects.filter(pk=export.pk)
    user = export.owner
    if not user.is_active or not may(user, "calls.export"):
        mine.update(reason="not_allowed")
        forgotten(mine, State.FAILED)
        return
    if export.begun >= BEGUN_AT_MOST:
        mine.update(reason="given_up")
        forgotten(mine, State.FAILED)
        return
    begun = {"begun": export.begun + 1, "written": 0, "expected": None}
    if not mine.filter(state=export.state).update(state=State.WRITING, **begun):
        return  # cancelled this very moment
    try:
        _write_file(export, user)
    except _Unwanted:
        shutil.rmtree(folder_of(export), ignore_errors=True)
    except OSError:
        log.exception("export %d could not be written", export.pk)
        mine.update(reason="disk")
        forgotten(mine, State.FAILED)


def _write_file(export: CallExport, user: User) -> None:
    folder, path = folder_of(export), file_of(export)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    draft = path.with_suffix(".part")
    with translation.override(export.language), draft.open("wb") as file:
        columns = chosen(export.columns)
        header, rows = [head_of_file(column) for column in columns], _rows(export, user, columns)
        for piece in csv_pieces(header, rows) if export.form == CSV else xlsx_pieces(header, rows, folder):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    kept = CallExport.objects.filter(pk=export.pk, state=State.WRITING)
    if not kept.update(state=State.READY, size=path.stat().st_size, finished_at=timezone.now(), **nobodys(export)):
        raise _Unwanted


def _rows(export: CallExport, user: User, columns: list[Any]) -> Iterator[list[Any]]:
    calls, whole = calls_of(export, user), sees_whole(user)
    _note(export, expected=calls.order_by().count())
    place, written = None, 0
    while chunk := list(beyond(calls, place)[:CHUNK]):
        names = names_for(chunk, whole=whole)
        for call in chunk:
            yield [for_file(column, call, names) for column in columns]
        place, written = Place(chunk[-1].arrived_at, chunk[-1].call_id), written + len(chunk)
        _note(export, written=written)
    _note(export, expected=written)


def _note(export: CallExport, **how_far: int) -> None:
    if not CallExport.objects.filter(pk=export.pk, state=State.WRITING).update(**how_far):
        raise _Unwanted
