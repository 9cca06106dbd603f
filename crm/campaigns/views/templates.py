"""Templates: listed, made, changed, removed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.campaigns.forms.rules import RulesForm
from crm.campaigns.running.presets import PRESETS, preset_rules
from crm.campaigns.running.selectors import templates_seen
from crm.campaigns.running.templates import template_change, template_delete, template_make

PAGE = "campaign_templates"


@require_safe
@needs("campaigns.see")
@never_cache
def templates(request: HttpRequest) -> HttpResponse:
    told = {"page": PAGE, "rows": templates_seen(request.user), "manages": may(request.user, "campaigns.manage")}
    return render(request, "campaigns/templates.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.manage")
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Afresh, or with what is asked for in a country (``?preset=``)."""
    if request.method == "POST":
        form = RulesForm(None, request.POST)
    else:
        form = RulesForm(preset_rules(request.GET.get("preset", "")))
    if form.is_bound and form.is_valid():
        try:
            made = template_make(user=request.user, fields=form.fields_told())
        except ValidationError as error:
            form.refused(error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("campaign_templates")
    told = {"page": PAGE, "form": form, "presets": PRESETS}
    return render(request, "campaigns/template.html", told, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.manage")
@never_cache
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Campaigns that were begun from it stay as they are."""
    found = templates_seen(request.user).filter(pk=template_id).first()
    if found is None:
        raise Http404
    form = RulesForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            template_change(user=request.user, template_id=found.pk, fields=form.fields_told())
        except ValidationError as error:
            form.refused(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("campaign_templates")
    told = {"page": PAGE, "form": form, "template": found}
    return render(request, "campaigns/template.html", told, status=400 if form.errors else 200)


@require_POST
@needs("campaigns.manage")
def remove(request: HttpRequest, template_id: int) -> HttpResponse:
    template_delete(user=request.user, template_id=template_id)
    messages.success(request, _("The template was removed. Campaigns that were begun from it stay."))
    return redirect("campaign_templates")
