"""The list of pop-ups, lookups and hosts; one pop-up with an example of its address."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.integrations.frame import shown
from crm.popups.addresses import examples
from crm.popups.forms import HostForm, PopupForm
from crm.popups.models import Host, Lookup, Popup
from crm.popups.selectors import address_of
from crm.popups.services import (
    MANAGE,
    host_add,
    host_remove,
    popup_change,
    popup_make,
    popup_remove,
    popup_secret,
    popup_unsign,
)
from crm.popups.views.said import said
from crm.telephony.selectors import queue_names


@require_safe
@needs(MANAGE)
def popups(request: HttpRequest) -> HttpResponse:
    return _list(request, HostForm())


@require_POST
@needs(MANAGE)
def host(request: HttpRequest) -> HttpResponse:
    """Allows a host."""
    form = HostForm(request.POST)
    if form.is_valid():
        try:
            made = host_add(actor=request.user, **form.cleaned_data)
            messages.success(request, _("Addresses may name %(host)s now.") % {"host": made})
            return redirect("popups")
        except ValidationError as error:
            said(form, error)
    return _list(request, form)


@require_POST
@needs(MANAGE)
def host_gone(request: HttpRequest, host_id: int) -> HttpResponse:
    found = get_object_or_404(Host, pk=host_id)
    try:
        host_remove(actor=request.user, host=found)
        messages.success(request, _("Addresses may no longer name %(host)s.") % {"host": found})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("popups")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    form = PopupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = popup_make(actor=request.user, fields=form.values())
            messages.success(request, _("%(name)s was added. Look at its example below.") % {"name": made})
            return redirect("popup", made.pk)
        except (ValidationError, PermissionDenied) as error:
            said(form, error)
    return shown(request, "popups/new.html", "popups", {"form": form, "hosts": Host.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def popup(request: HttpRequest, popup_id: int) -> HttpResponse:
    found = get_object_or_404(Popup, pk=popup_id)
    form = PopupForm(request.POST or None, row=found)
    if request.method == "POST" and form.is_valid():
        try:
            popup_change(actor=request.user, popup=found, fields=form.values())
            messages.success(request, _("%(name)s was saved.") % {"name": found})
            return redirect("popup", found.pk)
        except (ValidationError, PermissionDenied) as error:
            said(form, error)
            found.refresh_from_db()
    told = {"popup": found, "form": form, "example": _example(found), "hosts": Host.objects.all()}
    return shown(request, "popups/popup.html", "popups", told)


@require_safe
@never_cache
@needs(MANAGE)
def example(request: HttpRequest, popup_id: int) -> HttpResponse:
    """Opens the page as for a call that never was."""
    return redirect(_example(get_object_or_404(Popup, pk=popup_id)))


@never_cache
@require_POST
@needs(MANAGE)
def secret(request: HttpRequest, popup_id: int) -> HttpResponse:
    """Shows a new secret, this once."""
    found = get_object_or_404(Popup, pk=popup_id)
    made = popup_secret(actor=request.user, popup=found, now=timezone.now())
    told = {"popup": found, "secret": made, "changed": bool(found.sealed_before)}
    return shown(request, "popups/once.html", "popups", told)


@require_POST
@needs(MANAGE)
def unsign(request: HttpRequest, popup_id: int) -> HttpResponse:
    found = get_object_or_404(Popup, pk=popup_id)
    popup_unsign(actor=request.user, popup=found)
    messages.success(request, _("The address of %(name)s is no longer signed.") % {"name": found})
    return redirect("popup", found.pk)


@require_POST
@needs(MANAGE)
def remove(request: HttpRequest, popup_id: int) -> HttpResponse:
    found = get_object_or_404(Popup, pk=popup_id)
    popup_remove(actor=request.user, popup=found)
    messages.success(request, _("%(name)s was removed.") % {"name": found.name})
    return redirect("popups")


def _list(request: HttpRequest, form: HostForm) -> HttpResponse:
    told = {
        "popups": Popup.objects.all(), "lookups": Lookup.objects.all(), "hosts": Host.objects.all(), "form": form,
        "queue_names": queue_names(),
    }  # fmt: skip
    return shown(request, "popups/popups.html", "popups", told)


def _example(popup: Popup) -> str:
    return address_of(popup, examples(), whole=True, now=timezone.now())
