"""Programs: the list, one with its tokens, adding, changing, ending."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.permissions import AREAS, PERMISSIONS
from crm.accounts.models import Scope
from crm.integrations.forms import IntegrationForm, TokenForm
from crm.integrations.frame import shown
from crm.integrations.models import Integration
from crm.integrations.selectors import integrations, state_of, tokens_of
from crm.integrations.services import integration_change, integration_end, integration_make, token_make, token_revoke

MANAGE = "integrations.manage"


@require_safe
@needs(MANAGE)
def programs(request: HttpRequest) -> HttpResponse:
    """All, with how many tokens let in and when one was last used."""
    now = timezone.now()
    rows = [(one, tokens_of(one, now)) for one in integrations()]
    return shown(request, "integrations/programs.html", "programs", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    form = IntegrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _tried(form, lambda: integration_make(actor=request.user, now=timezone.now(), **form.cleaned_data))
        if made:
            messages.success(request, _("%(name)s was added. Make a token for it.") % {"name": made})
            return redirect("integration", made.pk)
    return shown(request, "integrations/new.html", "programs", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE)
def program(request: HttpRequest, integration_id: int) -> HttpResponse:
    """One program: what it is called, its tokens, and a new token."""
    found = get_object_or_404(integrations(), pk=integration_id)
    initial = {"department": found.user.department_id}
    form = IntegrationForm(request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = _tried(form, lambda: integration_change(actor=request.user, integration=found, **form.cleaned_data))
        if saved:
            messages.success(request, _("%(name)s was saved.") % {"name": found})
            return redirect("integration", found.pk)
    return _page(request, found, form=form)


@never_cache
@require_POST
@needs(MANAGE)
def token(request: HttpRequest, integration_id: int) -> HttpResponse:
    """Makes a token and shows its text, this once."""
    found = get_object_or_404(Integration, pk=integration_id)
    form, now = TokenForm(request.user, request.POST), timezone.now()
    if form.is_valid():
        made = _tried(form, lambda: token_make(actor=request.user, integration=found, now=now, **form.values(now)))
        if made:
            return shown(request, "integrations/once.html", "programs", {"token": made[0], "text": made[1]})
    return _page(request, get_object_or_404(integrations(), pk=integration_id), token_form=form)


@require_POST
@needs(MANAGE)
def revoke(request: HttpRequest, integration_id: int, token_id: int) -> HttpResponse:
    found = get_object_or_404(Integration, pk=integration_id)
    token_revoke(actor=request.user, token=get_object_or_404(found.tokens, pk=token_id), now=timezone.now())
    messages.success(request, _("The token was revoked. It lets in nobody from now on."))
    return redirect("integration", found.pk)


@require_POST
@needs(MANAGE)
def end(request: HttpRequest, integration_id: int) -> HttpResponse:
    found = get_object_or_404(Integration, pk=integration_id)
    integration_end(actor=request.user, integration=found, now=timezone.now())
    messages.success(request, _("%(name)s has ended; all its tokens were revoked.") % {"name": found})
    return redirect("integrations")


def _page(request: HttpRequest, found: Integration, **forms: Any) -> HttpResponse:
    now = timezone.now()
    initial = {"department": found.user.department_id}
    token_form = forms.get("token_form") or TokenForm(request.user)
    areas = [
        (label, [one for one in token_form.offered if one.area == code]) for code, label in AREAS.items()
    ]  # fmt: skip
    told = {
        "program": found, "form": forms.get("form") or IntegrationForm(instance=found, initial=initial),
        "token_form": token_form, "labels": {one.code: str(one.label) for one in PERMISSIONS},
        "areas": [area for area in areas if area[1]], "scopes": Scope.choices,
        "tokens": [(one, state_of(one, now)) for one in found.tokens.select_related("made_by")],
    }  # fmt: skip
    return shown(request, "integrations/program.html", "programs", told)


def _tried(form: Form, deed: Any) -> Any:
    """What the deed returns; None when it was refused, and the form says why."""
    try:
        return deed()
    except PermissionDenied as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        errors = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for field, sentences in errors.items():
            form.add_error(field if field in form.fields else None, sentences)
    return None
