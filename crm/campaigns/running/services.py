"""Campaigns are made, changed, started, paused and ended. The signals of the rows publish the directory after the
commit."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.callbacks.services import callbacks_over
from crm.campaigns.hopper.clearing import hopper_clear
from crm.campaigns.models import Campaign, CampaignState, CampaignTemplate, Over
from crm.campaigns.running.checks import rules_check
from crm.campaigns.running.filling import fill_ask
from crm.campaigns.running.sight import campaigns_within, reach_require, reaches_all
from crm.campaigns.running.writing import departments_set, meanings_set, rules_fill, rules_told
from crm.events.services import event_tell

__all__ = [
    "campaign_change",
    "campaign_end",
    "campaign_make",
    "campaign_pause",
    "campaign_resume",
    "campaign_start",
    "fill_ask",
]

STEPS = {
    "start": (CampaignState.DRAFT, CampaignState.RUNNING),
    "pause": (CampaignState.RUNNING, CampaignState.PAUSED),
    "resume": (CampaignState.PAUSED, CampaignState.RUNNING),
}
"""What may be done in which state, and what it leads to. Any that has not ended can be ended."""
NO_RULES = {"name", "project", "priority"}
"""Their change does not change who may be called when."""


@transaction.atomic
def campaign_make(*, user: User, fields: Mapping[str, Any], template: CampaignTemplate | None = None) -> Campaign:
    """A draft. ``fields``: those of the rules, ``departments``, ``meanings`` (disposition's id → verdict) and project,
    priority, starts_at, ends_at; what they leave out comes from the template, else it is usual.

    Raises ValidationError by field, PermissionDenied.
    """
    require(user, "campaigns.manage")
    told = (rules_told(template) if template else {}) | dict(fields)
    made = Campaign(made_by=user)
    rules_fill(made, told)
    _check(made)
    made.save()
    departments_set(made, list(told.get("departments", ())))
    meanings_set(made, told.get("meanings", {}))
    _hers(user, made)
    return made


@transaction.atomic
def campaign_change(*, user: User, campaign_id: int, version: int, fields: Mapping[str, Any]) -> Campaign:
    """Also while it runs. ``version``: of the campaign that she has before her. What is dialled from the commit on
    follows the new rules, whose number rises; what lay in the hopper is not dialled.

    Raises ValidationError (of code ``conflict`` when somebody changed it meanwhile, else by field), PermissionDenied,
    Http404.
    """
    campaign = _locked(user, "campaigns.manage", campaign_id)
    if campaign.state == CampaignState.ENDED:
        raise ValidationError(_("This campaign has ended; it stays as it was."))
    if campaign.version != version:
        raise ValidationError(
            _("Somebody has changed this campaign meanwhile. Load the page again, and make your change anew."),
            code="conflict",
        )
    changed = rules_fill(campaign, fields)
    _check(campaign)
    if "departments" in fields and departments_set(campaign, list(fields["departments"])):
        changed.add("departments")
    if changed & {"departments", "skill_group"}:
        _hers(user, campaign)
    if "meanings" in fields and meanings_set(campaign, fields["meanings"]):
        changed.add("meanings")
    if campaign.state == CampaignState.RUNNING:
        _staffed(campaign)
    if changed:
        campaign.version += 1
        campaign.rules += bool(changed - NO_RULES)
        campaign.save()
    if changed - NO_RULES:
        transaction.on_commit(partial(hopper_clear, campaign.pk))
    return campaign


def campaign_start(*, user: User, campaign_id: int, at: datetime) -> Campaign:
    """Raises ValidationError when it lacks something or is no draft, PermissionDenied, Http404."""
    return _step(user, campaign_id, "start", at)


def campaign_pause(*, user: User, campaign_id: int, at: datetime) -> Campaign:
    """Nothing new is dialled; calls that are up go on. Raises as ``campaign_start``."""
    return _step(user, campaign_id, "pause", at)


def campaign_resume(*, user: User, campaign_id: int, at: datetime) -> Campaign:
    """Raises as ``campaign_start``."""
    return _step(user, campaign_id, "resume", at)


@transaction.atomic
def campaign_end(*, user: User, campaign_id: int, at: datetime) -> Campaign:
    """For ever. Calls that are up go on. Raises as ``campaign_start``."""
    campaign = _locked(user, "campaigns.run", campaign_id)
    if campaign.state == CampaignState.ENDED:
        raise ValidationError(_("This campaign has ended already."))
    return campaign_over(campaign, Over.HAND, at)


def campaign_over(campaign: Campaign, why: str, at: datetime) -> Campaign:
    """It ends, and with it the callbacks that wait: nobody would make them. The caller's transaction holds its row."""
    campaign.over = why
    callbacks_over(campaign, at)
    return _to(campaign, CampaignState.ENDED, at)


@transaction.atomic
def _step(user: User, campaign_id: int, step: str, at: datetime) -> Campaign:
    campaign = _locked(user, "campaigns.run", campaign_id)
    before, after = STEPS[step]
    if campaign.state != before:
        raise ValidationError(
            _("This cannot be done: the campaign is “%(state)s”."), params={"state": campaign.get_state_display()}
        )
    if after == CampaignState.RUNNING:
        _staffed(campaign)
        if campaign.ends_at is not None and campaign.ends_at <= at:
            raise ValidationError(_("Its end is past. Give it a later one first."))
    return _to(campaign, after, at)


def _to(campaign: Campaign, state: CampaignState, at: datetime) -> Campaign:
    said = {"state": state.value, "previous": campaign.state}
    campaign.state, campaign.run_since = state, at
    campaign.version += 1
    campaign.save(update_fields=["state", "run_since", "version", "over"])
    event_tell("campaign.state", said, at=at, campaign=str(campaign.pk))
    return campaign


def _locked(user: User, code: str, campaign_id: int) -> Campaign:
    """Raises PermissionDenied, and Http404 where she does not see it at all."""
    seen = campaigns_within(user, code).filter(pk=campaign_id).exists()
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first() if seen else None
    if campaign is None:
        raise Http404
    reach_require(user, code, campaign)
    return campaign


def _hers(user: User, campaign: Campaign) -> None:
    """Nobody has people beyond her scope work for a campaign."""
    if not reaches_all(user, "campaigns.manage", campaign):
        raise ValidationError({"departments": [_("Beyond your data scope: name departments that it reaches.")]})


def _check(campaign: Campaign) -> None:
    rules_check(campaign)
    if campaign.starts_at and campaign.ends_at and campaign.ends_at <= campaign.starts_at:
        raise ValidationError({"ends_at": [_("It ends after it begins.")]})


def _staffed(campaign: Campaign) -> None:
    """Whoever it names; that she is signed in is another matter."""
    if campaign.skill_group_id is None and not campaign.departments.exists():
        raise ValidationError({"skill_group": [_("Name a skill group or a department: else nobody works for it.")]})
    if not any(campaign.hours):
        raise ValidationError({"hours": [_("Without hours nobody is ever called.")]})
