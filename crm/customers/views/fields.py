"""The fields and projects of the centre, for who defines them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crm.access.guard import needs
from crm.customers.fields.defining import field_save, project_save
from crm.customers.fields.forms import FieldForm, ProjectForm, lines_of
from crm.customers.models import CustomerField, Project

REFUSED = 422


@require_safe
@needs("customers.fields")
@never_cache
def fields(request: HttpRequest) -> HttpResponse:
    """All of them, those out of use last."""
    every = CustomerField.objects.select_related("project").prefetch_related("choices")
    found = every.order_by("-active", "order", "id")
    told = {"page": "customers", "fields": found, "projects": Project.objects.order_by("-active", "name", "id")}
    return render(request, "customers/fields.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.fields")
@never_cache
def field_new(request: HttpRequest) -> HttpResponse:
    """A field is added."""
    return _field(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.fields")
@never_cache
def field(request: HttpRequest, field_id: int) -> HttpResponse:
    """One is changed, or taken out of use."""
    one = CustomerField.objects.filter(pk=field_id).prefetch_related("choices").first()
    if one is None:
        raise Http404
    return _field(request, one)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.fields")
@never_cache
def project_new(request: HttpRequest) -> HttpResponse:
    """A project is added."""
    return _project(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.fields")
@never_cache
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One is renamed, or taken out of use."""
    one = Project.objects.filter(pk=project_id).first()
    if one is None:
        raise Http404
    return _project(request, one)


def _field(request: HttpRequest, one: CustomerField | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form, lines, wrong = FieldForm(one, data), lines_of(one, data), []
    if data is not None and form.is_valid():
        try:
            saved = field_save(actor=request.user, field=one, fields=form.said(), lines=lines)
        except ValidationError as error:
            wrong = form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        else:
            messages.success(request, _("“%(what)s” was saved.") % {"what": saved.label})
            return redirect("customer_fields")
    new = [{"key": f"new{n}", "line": line} for n, line in enumerate(line for line in lines if line.id is None)]
    told = {"page": "customers", "form": form, "field": one, "lines": lines, "new_lines": new, "wrong": wrong}
    return render(request, "customers/field.html", told, status=REFUSED if data is not None else 200)


def _project(request: HttpRequest, one: Project | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ProjectForm(one, data)
    if data is not None and form.is_valid():
        try:
            saved = project_save(actor=request.user, project=one, fields=form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, _("“%(what)s” was saved.") % {"what": saved.label})
            return redirect("customer_fields")
    told = {"page": "customers", "form": form, "project": one}
    return render(request, "customers/project.html", told, status=REFUSED if data is not None else 200)
