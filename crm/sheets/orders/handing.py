"""Handing out a file that was ordered, to its owner alone; of a program to the token that ordered it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from crm.audit import services as audit
from crm.sheets.orders.rows import Order
from crm.sheets.orders.shelf import Shelf
from crm.sheets.writing import TYPES, download, file_pieces


def ordered_file(request: HttpRequest, shelf: Shelf, order_id: int, stem: str = "") -> HttpResponseBase:
    """The file, under a name of ``stem`` and the time of the order. That it was taken is an entry of the trail first.
    Raises Http404 for what is not hers or not there any more."""
    found: Any = shelf.of(request.user).filter(pk=order_id, state=Order.State.READY).first()
    path = shelf.file(found) if found else None
    if found is None or path is None or not path.exists():
        raise Http404
    if request.method == "GET":
        audit.read(request.user, "export.fetched", found, label=path.name, details={"rows": found.written})
    name = f"{stem or shelf.stem}-{timezone.localtime(found.asked_at):%Y%m%d-%H%M%S}.{found.form}"
    answer = download(request, name, TYPES[found.form], file_pieces(path))
    answer["Content-Length"] = str(found.size)
    return answer
