"""Writing ordered customers: in chunks by id, the newest first, so one who is added meanwhile is not in it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.access.holding import narrower
from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.customers.exports.files import SHELF
from crm.customers.fields import values
from crm.customers.fields.selectors import fields_active, file_names
from crm.customers.filters import customers_asked, filters_said
from crm.customers.models import Customer, CustomerExport, CustomerField, FieldKind
from crm.sheets.orders.writing import Note, Writer
from crm.sheets.writing import CSV, Figure, csv_pieces, xlsx_pieces

LOCK = 0x63757374
CHUNK = 1000


def customers_of(export: CustomerExport, user: User) -> QuerySet[Customer]:
    """Whom the order asks for, as far as she may both see and export, now."""
    narrow = narrower(user, "customers.see", "customers.export")
    if not narrow:
        return Customer.objects.none()
    found = customers_asked(user, filters_said(export.filters, fields_active()), narrow)
    return found.filter(pk__in=export.customers) if export.customers else found


def _pieces(export: CustomerExport, user: User, folder: Path, note: Note) -> Iterator[bytes]:
    fields = fields_active()
    header = [
        pgettext("of a person", "Name"), _("Kind"), _("Company"), _("Level"), _("Looked after by"), _("Numbers"),
        _("Projects"), *(field.label for field in fields), pgettext("of a customer", "Note"), _("Added"),
    ]  # fmt: skip
    rows = _rows(export, user, fields, note)
    return csv_pieces(header, rows) if export.form == CSV else xlsx_pieces(header, rows, folder)


def _rows(export: CustomerExport, user: User, fields: list[CustomerField], note: Note) -> Iterator[list[Any]]:
    found, whole = customers_of(export, user), sees_whole(user)
    note(expected=found.order_by().count())
    chosen = found.select_related("owner").prefetch_related("numbers", "projects").order_by("-pk")
    place, written = None, 0
    while chunk := list((chosen if place is None else chosen.filter(pk__lt=place))[:CHUNK]):
        files = file_names(chunk, fields)
        for one in chunk:
            numbers = "; ".join(
                f"{shown_number(row.number, whole=whole)} ({row.get_label_display()})" for row in one.numbers.all()
            )
            yield [
                str(one), one.get_kind_display(), one.company, one.get_level_display(), one.owner or "", numbers,
                ", ".join(project.label for project in one.projects.all()),
                *(_cell(field, one.values.get(field.code), files) for field in fields), one.note,
                _moment(one.created_at),
            ]  # fmt: skip
        place, written = chunk[-1].pk, written + len(chunk)
        note(written=written)
    note(expected=written)


def _cell(field: CustomerField, stored: Any, files: dict[str, Any]) -> Any:
    if stored is None:
        return ""
    if field.kind == FieldKind.FILE:
        file = files.get(str(stored))
        return file.name if file else ""
    if field.kind == FieldKind.NUMBER:
        shown = "0" + ("." + "0" * field.decimals if field.decimals else "")
        return Figure(stored, shown, values.said(stored))
    if field.kind == FieldKind.DATE and stored >= "1900-01-01":  # a workbook knows no day before
        return Figure(datetime.fromisoformat(stored), "yyyy-mm-dd", stored)
    return values.shown(field, stored)


def _moment(at: datetime) -> Figure:
    local = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    return Figure(local, "yyyy-mm-dd hh:mm:ss", f"{local:%Y-%m-%d %H:%M:%S}")


WRITER = Writer(SHELF, LOCK, lambda export: "customers.export", _pieces)
