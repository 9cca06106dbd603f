"""What the addresses of a kind of orders answer: the owner's last ones, one that is made or given up, and then the list
from which it was asked."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from crm.sheets.orders.asking import order_cancel
from crm.sheets.orders.shelf import Shelf


def orders_answer(
    request: HttpRequest, shelf: Shelf, addresses: Mapping[str, str], ask: Callable[[], Any], page: str
) -> HttpResponse:
    """Her last orders as a piece of the page; a POST makes one. ``addresses``: names of those of the file and of giving
    it up; ``page``: name of the list's."""
    if request.method != "POST":
        return render(request, "_orders.html", {**addresses, "exports": shelf.shown(request.user)})
    try:
        ask()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return back_to(request, page)


def cancel_answer(request: HttpRequest, shelf: Shelf, order_id: int, page: str) -> HttpResponse:
    """One that is finished meanwhile stays. Raises Http404 for what is not hers."""
    if not shelf.of(request.user).filter(pk=order_id).exists():
        raise Http404
    order_cancel(shelf=shelf, user=request.user, order_id=order_id)
    return back_to(request, page)


def back_to(request: HttpRequest, page: str) -> HttpResponse:
    """The list, as the field ``back`` says if that is a query of its own."""
    query = request.POST.get("back", "")
    return HttpResponseRedirect(reverse(page) + (query if query.startswith("?") and query.isprintable() else ""))
