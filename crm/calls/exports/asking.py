"""Ordering an export."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.access.numbers import shown_number
from crm.accounts.models import User
from crm.audit import services as audit
from crm.calls.exports.files import SHELF
from crm.calls.filters import Filters
from crm.calls.lists.columns import BY_CODE, Column, chosen
from crm.calls.models import CallExport
from crm.calls.paging import PAGE
from crm.sheets.orders.asking import order_make
from crm.sheets.writing import LISTS


@transaction.atomic
def export_ask(
    *, user: User, form: str, asked: Filters, columns: Iterable[str] = (), calls: Iterable[str] = ()
) -> CallExport:
    """Notes the order; a worker begins within seconds. ``calls``: ids of those that were ticked, none for all that the
    filters find. Raises PermissionDenied, and ValidationError with a sentence."""
    require(user, "calls.export")
    ticked = sorted({call.replace("\x00", "")[:64] for call in calls})[:PAGE]
    made = order_make(
        shelf=SHELF,
        user=user,
        form=form,
        forms=LISTS,
        filters={} if ticked else asked.said(),
        calls=ticked,
        columns=[column.code for column in _of_file(columns)],
    )
    said = {"calls": ticked} if ticked else {"filters": _hidden(asked.said())}
    audit.read(user, "export.made", made, label=_("calls"), details={"format": form, **said})
    return made


def _of_file(codes: Iterable[str]) -> list[Column]:
    """The page shows the number in the customer's cell; a file has a column for it."""
    wanted = chosen(codes)
    return chosen([column.code for column in wanted] + ["caller"]) if BY_CODE["customer"] in wanted else wanted


def _hidden(said: dict[str, str]) -> dict[str, str]:
    """The trail is for ever: it gets no whole number, and no text that may be a name."""
    hidden = {"number": shown_number(said.get("number", ""), whole=False), "note": "…"}
    return {name: hidden.get(name, value) for name, value in said.items()}
