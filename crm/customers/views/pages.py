"""The list of customers, and the page of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, reach, refusal, require
from crm.accounts.models import User
from crm.accounts.selectors import names_of
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_visible
from crm.customers.exports.files import SHELF
from crm.customers.fields.filtering import filterables
from crm.customers.fields.selectors import fields_active, file_names, page_values, projects_active, shown_values
from crm.customers.filters import filters, number, page_of
from crm.customers.forms import CustomerForm
from crm.customers.models import Customer, CustomerNumber, Kind, Level, Package
from crm.customers.opening import customer_number_open
from crm.customers.selectors import calls_of_customer
from crm.customers.sight import customers_visible
from crm.customers.views.saving import saved
from crm.telephony.selectors import queue_names

CALLS = 25
PEOPLE = 50
MOST_PAGES = 400


@require_safe
@needs("customers.see")
def customers(request: HttpRequest) -> HttpResponse:
    """Whom she sees, as the filters ask."""
    fields = fields_active()
    asked = filters(request.GET, fields)
    page = page_of(request.user, asked)
    columns = [field for field in fields if field.column]
    files = file_names(page.rows, columns)
    newest = CallRecord.objects.filter(customer=OuterRef("pk"), arrived_at__isnull=False).order_by("-arrived_at")
    keys = [one.pk for one in page.rows]
    last = dict(
        Customer.objects.filter(pk__in=keys).order_by().values_list("pk", Subquery(newest.values("arrived_at")[:1]))
    )
    numbers: dict[int, list[str]] = {}
    for row in CustomerNumber.objects.filter(customer__in=keys):
        numbers.setdefault(row.customer_id, []).append(row.number)
    told = {
        "page": "customers",
        "asked": asked,
        "found": page,
        "rows": [
            (one, numbers.get(one.pk, []), last.get(one.pk), shown_values(one, columns, files)) for one in page.rows
        ],
        "columns": columns,
        "filterables": filterables(fields, asked.wishes),
        "projects": projects_active(),
        "kinds": Kind.choices,
        "levels": Level.choices,
        "exports": SHELF.shown(request.user) if may(request.user, "customers.export") else [],
        "here": asked.address(before=asked.before, after=asked.after),
        "owners": _owners(request.user),
        "package": Package.objects.filter(pk=asked.package).first() if asked.package else None,
        "may_add": may(request.user, "customers.add"),
        "schedules": _schedules(request.user),
        "ticks": may(request.user, "customers.export") or _schedules(request.user),
    }
    return render(request, "customers/customers.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.add")
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """A customer is added."""
    made: list[Customer] = []
    form = CustomerForm(request.user, None, request.POST if request.method == "POST" else None)
    form.sheet.files_take(request.FILES)
    status = saved(form, [], made.append) if form.is_bound else 200
    if status == 0:
        messages.success(request, _("%(who)s was added.") % {"who": made[0]})
        return redirect("customer", customer_id=made[0].pk) if _sees(request.user, made[0]) else redirect("customers")
    return render(request, "customers/new.html", {"page": "customers", "form": form, "status": status}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.see")
@never_cache
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer with her calls; to be changed by who may, else only shown."""
    if request.method == "POST":
        require(request.user, "customers.edit")
    found = customers_visible(request.user).filter(pk=customer_id).select_related("owner", "changed_by", "employer")
    one = found.first()
    if one is None:
        raise Http404
    edits = customers_visible(request.user, "customers.edit").filter(pk=customer_id).exists()
    if request.method == "POST" and not edits:
        raise PermissionDenied(refusal("customers.edit"))
    form = CustomerForm(request.user, one, request.POST if request.method == "POST" else None)
    form.sheet.files_take(request.FILES)
    status = saved(form, [], lambda _changed: None) if form.is_bound else 200
    if status == 0:
        messages.success(request, _("Saved."))
        return redirect("customer", customer_id=one.pk)
    told = {"page": "customers", "person": form.customer, "form": form, "edits": edits, "status": status}
    told["schedules"] = _schedules(request.user)
    if not edits:
        told |= {"values": page_values(one), "projects": one.projects.all()}
    return render(request, "customers/customer.html", told | _calls(request, one), status=status)


@require_POST
@needs("numbers.open")
@never_cache
def open_number(request: HttpRequest, number_id: int) -> JsonResponse:
    """A whole number of hers, for half a minute on the page and for ever in the audit."""
    return JsonResponse({"number": customer_number_open(user=request.user, number_id=number_id)})


def _calls(request: HttpRequest, one: Customer) -> dict:
    """A page of her calls, and which of them the reader may open."""
    page = min(max(number(request.GET.get("calls", "")), 1), MOST_PAGES)
    begin = (page - 1) * CALLS
    company = one.kind == Kind.COMPANY
    people = customers_visible(request.user).filter(employer=one) if company else None
    found = calls_of_customer(one, people)
    calls = list((found.select_related("customer", "disposition") if company else found)[begin : begin + CALLS + 1])
    opens = calls_visible(request.user).filter(call_id__in=[call.call_id for call in calls])
    return {
        "company": company,
        "staff": list(people.order_by("name", "id")[: PEOPLE + 1]) if people is not None else [],
        "most_staff": PEOPLE,
        "calls": calls[:CALLS],
        "opens": set(opens.values_list("call_id", flat=True)),
        "calls_page": page,
        "newer": page - 1,
        "older": page + 1 if len(calls) > CALLS else 0,
        "people": names_of({call.agent for call in calls if call.agent}) | {"": ""},
        "queue_names": queue_names(),
    }


def _schedules(user: User) -> bool:
    """Whether she may have calls made at a time: hers if she has a phone, or those of others."""
    return may(user, "desk.use") and bool(user.extension) or may(user, "callbacks.manage")


def _sees(user: User, one: Customer) -> bool:
    return customers_visible(user).filter(pk=one.pk).exists()


def _owners(user: User) -> list[User]:
    return list(reach(user, "customers.see").users().filter(extension__isnull=False).order_by("display_name"))
