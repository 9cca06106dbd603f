"""Ordering reports as files; they are written as exports of calls are (``crm.sheets.orders``)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.access.numbers import shown_number
from crm.accounts.models import User
from crm.audit import services as audit
from crm.calls.filters import PERSONAL
from crm.reports.files.drawing import FORMS, pieces
from crm.reports.files.sources import Source, impersonal, source_of
from crm.reports.models import ReportFile
from crm.sheets.orders.asking import order_cancel, order_make
from crm.sheets.orders.shelf import Shelf
from crm.sheets.orders.writing import NotAllowed, Note, Writer

LOCK = 0x72657066
SHELF = Shelf(ReportFile, "report", lambda order: {"said": impersonal(order.said)}, below="reports")


@transaction.atomic
def file_ask(*, user: User, report: str, form: str, said: Mapping[str, str]) -> ReportFile:
    """Notes the order; a worker begins within seconds. Raises PermissionDenied, and ValidationError."""
    source = _source(report)
    require(user, source.needs)
    clean = source.clean(said)
    made = order_make(shelf=SHELF, user=user, form=form, forms=FORMS, report=report, said=clean)
    audit.read(user, "export.made", made, label=str(source.title), details={"format": form, "filters": _hidden(clean)})
    return made


def file_cancel(*, user: User, order_id: int) -> bool:
    """Gives up an order of hers that is not finished. False when there is none."""
    return order_cancel(shelf=SHELF, user=user, order_id=order_id)


def files_erase() -> None:
    """Somebody was erased. Rows are clean before this is called."""
    SHELF.erase(Q(said__has_any_keys=list(PERSONAL)))


def _source(report: str) -> Source:
    source = source_of(report)
    if source is None:
        raise ValidationError(_("There is no such report."))
    return source


def _hidden(said: Mapping[str, str]) -> dict[str, str]:
    """The trail is for ever: it gets no whole number."""
    return {name: shown_number(value, whole=False) if name in PERSONAL else value for name, value in said.items()}


def _needs(order: ReportFile) -> str:
    source = source_of(order.report)
    return source.needs if source else ""


def _pieces(order: ReportFile, user: User, folder: Path, note: Note) -> Iterator[bytes]:
    try:
        sheet = _source(order.report).sheet(user, order.said)
    except PermissionDenied as error:
        raise NotAllowed from error
    yield from pieces(sheet, order.form, folder, note)


WRITER: Writer = Writer(SHELF, LOCK, _needs, _pieces)


def shown(user: User) -> list[Any]:
    """Her last orders, each with the title of what it is of."""
    orders = list(SHELF.shown(user))
    for order in orders:
        source = source_of(order.report)
        order.title = str(source.title) if source else order.report
    return orders
