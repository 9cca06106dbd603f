"""Pages of one lookup, and trying it out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import needs
from crm.integrations.frame import shown
from crm.popups.forms import LookupForm, TryForm
from crm.popups.models import Host, Lookup
from crm.popups.services import MANAGE, lookup_change, lookup_make, lookup_remove, lookup_try
from crm.popups.views.said import said


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    form = LookupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = lookup_make(actor=request.user, fields=form.values())
            messages.success(request, _("%(name)s was added. Try it out below.") % {"name": made})
            return redirect("lookup", made.pk)
        except (ValidationError, PermissionDenied) as error:
            said(form, error)
    return shown(request, "popups/lookup_new.html", "popups", {"form": form, "hosts": Host.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def lookup(request: HttpRequest, lookup_id: int) -> HttpResponse:
    found = get_object_or_404(Lookup, pk=lookup_id)
    form = LookupForm(request.POST or None, row=found)
    if request.method == "POST" and form.is_valid():
        try:
            lookup_change(actor=request.user, lookup=found, fields=form.values())
            messages.success(request, _("%(name)s was saved.") % {"name": found})
            return redirect("lookup", found.pk)
        except (ValidationError, PermissionDenied) as error:
            said(form, error)
            found.refresh_from_db()
    told = {"lookup": found, "form": form, "try_form": TryForm(), "hosts": Host.objects.all()}
    return shown(request, "popups/lookup.html", "popups", told)


@never_cache
@require_POST
@needs(MANAGE)
def attempt(request: HttpRequest, lookup_id: int) -> HttpResponse:
    """Asks the other system now and shows what it said."""
    found = get_object_or_404(Lookup, pk=lookup_id)
    form = TryForm(request.POST)
    told = {"lookup": found, "form": LookupForm(row=found), "try_form": form, "hosts": Host.objects.all()}
    if form.is_valid():
        told["told"] = lookup_try(actor=request.user, lookup=found, number=form.cleaned_data["number"])
    return shown(request, "popups/lookup.html", "popups", told)


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, lookup_id: int) -> HttpResponse:
    found = get_object_or_404(Lookup, pk=lookup_id)
    lookup_remove(actor=request.user, lookup=found)
    messages.success(request, _("%(name)s was removed.") % {"name": found.name})
    return redirect("popups")
