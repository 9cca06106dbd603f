"""The card of a caller on the desk: who it is can be found, added, chosen, changed, without leaving the call."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import require
from crm.customers.choosing import caller_choose, may_say_who
from crm.customers.filters import number
from crm.customers.forms import CustomerForm
from crm.customers.models import Customer, Kind
from crm.customers.searching import customers_found, long_enough
from crm.customers.sight import customers_visible
from crm.customers.views.saving import saved
from crm.desk.selectors import call_work, number_of_call

GONE = 422


@require_safe
@needs("desk.use")
@never_cache
def card(request: HttpRequest, call_id: str) -> HttpResponse:
    """The card alone, as it is drawn when a form in it is given up."""
    return _card(request, call_id)


@require_safe
@needs("desk.use")
@never_cache
def found(request: HttpRequest, call_id: str) -> HttpResponse:
    """Whom the words find; nobody is chosen by that. A person calls: companies come after their people."""
    _own(request, call_id)
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:64]
    rows = customers_found(request.user, text) if text else []
    rows.sort(key=lambda row: row.customer.kind == Kind.COMPANY)
    told = {"call_id": call_id, "asked": text, "rows": rows, "too_short": text and not rows and not long_enough(text)}
    return render(request, "customers/_found.html", told)


@require_POST
@needs("desk.use")
def choose(request: HttpRequest, call_id: str) -> HttpResponse:
    """The caller is this customer (``customer``: her id), or nobody we know (no id)."""
    _own(request, call_id)
    chosen = number(request.POST.get("customer", "")) or None
    try:
        caller_choose(
            agent=request.user, call_id=call_id, customer_id=chosen, remember=bool(request.POST.get("remember"))
        )
    except ValidationError as error:
        return _card(request, call_id, error=" ".join(error.messages), status=GONE)
    return _card(request, call_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.add", "customers.edit")
@never_cache
def form(request: HttpRequest, call_id: str) -> HttpResponse:
    """Changes the customer who is on the card (``customer``: her id), or adds a new one who then is the caller."""
    _own(request, call_id)
    asked = request.POST if request.method == "POST" else request.GET
    one = _editable(request, number(asked.get("customer", "")))
    sheet = CustomerForm(request.user, one, request.POST if request.method == "POST" else None, short=True)
    call_number = number_of_call(request.user, call_id)
    with_number = one is None and (not sheet.is_bound or bool(request.POST.get("with_number")))
    if not sheet.is_bound:
        return _form(request, call_id, sheet, call_number, with_number)

    sheet.sheet.files_take(request.FILES)

    def then(customer: Customer) -> None:
        if one is None:
            caller_choose(agent=request.user, call_id=call_id, customer_id=customer.pk)

    with transaction.atomic():
        status = saved(sheet, [call_number] if with_number and call_number else [], then)
        if status:
            transaction.set_rollback(True)
    return _form(request, call_id, sheet, call_number, with_number, status) if status else _card(request, call_id)


def _own(request: HttpRequest, call_id: str) -> None:
    """Whose call it is not, for her there is none."""
    if not may_say_who(request.user, call_id):
        raise Http404


def _editable(request: HttpRequest, customer_id: int) -> Customer | None:
    if not customer_id:
        require(request.user, "customers.add")
        return None
    require(request.user, "customers.edit")
    one = customers_visible(request.user, "customers.edit").filter(pk=customer_id).select_related("owner").first()
    if one is None:
        raise Http404
    return one


def _card(request: HttpRequest, call_id: str, error: str = "", status: int = 200) -> HttpResponse:
    told = call_work(request.user, call_id)
    if told is None:
        raise Http404
    return render(request, "customers/_card_and_contacts.html", told | {"error": error}, status=status)


def _form(
    request: HttpRequest, call_id: str, sheet: CustomerForm, call_number: str, with_number: bool, status: int = 200
) -> HttpResponse:
    told: dict[str, Any] = {
        "call_id": call_id, "form": sheet, "person": sheet.customer, "call_number": call_number,
        "with_number": with_number, "status": status,
    }  # fmt: skip
    return render(request, "customers/_card_form.html", told, status=status)
