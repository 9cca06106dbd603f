"""Writing ordered calls: in chunks from one place of the list to the next, so a call that arrives meanwhile is not in
it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from crm.access.holding import narrower
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.calls.exports.files import SHELF
from crm.calls.filters import filters
from crm.calls.lists.columns import chosen, for_file, head_of_file, names_for
from crm.calls.models import CallExport, CallRecord
from crm.calls.paging import Place, beyond
from crm.calls.selectors import calls_found
from crm.sheets.orders.writing import Note, Writer
from crm.sheets.writing import CSV, csv_pieces, xlsx_pieces

LOCK = 0x65787073
CHUNK = 2000


def calls_of(export: CallExport, user: User) -> QuerySet[CallRecord]:
    """What the order asks for, as far as she may both see and export, now."""
    narrow = narrower(user, "calls.see", "calls.export")
    if not narrow:
        return CallRecord.objects.none()
    asked = filters(export.filters, whole=sees_whole(user))
    found = calls_found(user, narrow, **asked.query())
    if export.calls:
        found = found.filter(call_id__in=export.calls)
    return found.select_related("customer", "disposition")


def _pieces(export: CallExport, user: User, folder: Path, note: Note) -> Iterator[bytes]:
    columns = chosen(export.columns)
    header, rows = [head_of_file(column) for column in columns], _rows(export, user, columns, note)
    return csv_pieces(header, rows) if export.form == CSV else xlsx_pieces(header, rows, folder)


def _rows(export: CallExport, user: User, columns: list[Any], note: Note) -> Iterator[list[Any]]:
    calls, whole = calls_of(export, user), sees_whole(user)
    note(expected=calls.order_by().count())
    place, written = None, 0
    while chunk := list(beyond(calls, place)[:CHUNK]):
        names = names_for(chunk, whole=whole)
        for call in chunk:
            yield [for_file(column, call, names) for column in columns]
        place, written = Place(chunk[-1].arrived_at, chunk[-1].call_id), written + len(chunk)
        note(written=written)
    note(expected=written)


WRITER = Writer(SHELF, LOCK, lambda export: "calls.export", _pieces)
