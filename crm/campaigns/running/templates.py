"""Templates: rules from which campaigns are begun."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.models import CampaignTemplate
from crm.campaigns.running.checks import rules_check
from crm.campaigns.running.writing import departments_set, meanings_set, rules_fill


@transaction.atomic
def template_make(*, user: User, fields: Mapping[str, Any]) -> CampaignTemplate:
    """``fields`` as of a campaign, without what only a campaign has. Raises ValidationError by field,
    PermissionDenied."""
    require(user, "campaigns.manage")
    return _write(CampaignTemplate(), fields)


@transaction.atomic
def template_change(*, user: User, template_id: int, fields: Mapping[str, Any]) -> CampaignTemplate:
    """Campaigns that were begun from it stay as they are. Raises as ``template_make``, and Http404."""
    require(user, "campaigns.manage")
    template = CampaignTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise Http404
    return _write(template, fields)


@transaction.atomic
def template_delete(*, user: User, template_id: int) -> None:
    """Raises PermissionDenied, Http404."""
    require(user, "campaigns.manage")
    if not CampaignTemplate.objects.filter(pk=template_id).delete()[0]:
        raise Http404


def _write(template: CampaignTemplate, fields: Mapping[str, Any]) -> CampaignTemplate:
    rules_fill(template, fields)
    rules_check(template)
    template.save()
    if "departments" in fields:
        departments_set(template, list(fields["departments"]))
    if "meanings" in fields:
        meanings_set(template, fields["meanings"])
    return template
