"""A campaign is made or changed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crm.access.guard import needs
from crm.campaigns.forms.rules import CampaignForm
from crm.campaigns.models import CampaignState
from crm.campaigns.running.selectors import campaign_seen, templates_seen
from crm.campaigns.running.services import campaign_change, campaign_make
from crm.customers.filters import number


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.manage")
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Afresh, or from what a template (``?template=``) says."""
    key = number(request.GET.get("template", ""))
    template = templates_seen(request.user).filter(pk=key).first() if key else None
    if key and template is None:
        raise Http404
    form = CampaignForm(None, request.POST if request.method == "POST" else None, template)
    if form.is_bound and form.is_valid():
        try:
            made = campaign_make(user=request.user, fields=form.fields_told(), template=template)
        except ValidationError as error:
            form.refused(error)
        else:
            messages.success(request, _("%(name)s was made. Take customers in, then start it.") % {"name": made.name})
            return redirect("campaign", campaign_id=made.pk)
    told = {"page": "campaigns", "form": form, "template": template}
    return render(request, "campaigns/edit.html", told, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.manage")
@never_cache
def change(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Also while it runs; who was slower than somebody else is told."""
    campaign = campaign_seen(request.user, campaign_id)
    if campaign.state == CampaignState.ENDED:
        messages.error(request, _("This campaign has ended; it stays as it was."))
        return redirect("campaign", campaign_id=campaign.pk)
    form = CampaignForm(campaign, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        version = number(request.POST.get("version", ""))
        try:
            campaign_change(user=request.user, campaign_id=campaign.pk, version=version, fields=form.fields_told())
        except ValidationError as error:
            form.refused(error)
        else:
            messages.success(request, _("Saved. What is dialled from now on follows it."))
            return redirect("campaign", campaign_id=campaign.pk)
    told = {"page": "campaigns", "form": form, "campaign": campaign, "known_version": campaign.version}
    if form.is_bound:
        told["known_version"] = number(request.POST.get("version", ""))
    return render(request, "campaigns/edit.html", told, status=400 if form.errors else 200)
