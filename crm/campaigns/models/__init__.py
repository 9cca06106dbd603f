"""Campaigns, their leads, every dial of one, callbacks, and the evidence of why each call was allowed."""

from crm.campaigns.models.attempts import Attempt, AttemptState
from crm.campaigns.models.callbacks import Callback, CallbackState
from crm.campaigns.models.campaigns import Campaign, CampaignState, CampaignTemplate, Mode, Over, Rules, Verdict
from crm.campaigns.models.dispositions import CampaignDisposition, TemplateDisposition
from crm.campaigns.models.evidence import Evidence, EvidenceExport, EvidenceKeeping
from crm.campaigns.models.fills import Deed, Fill, FillState
from crm.campaigns.models.holidays import Holiday
from crm.campaigns.models.leads import ClosedNumber, Lead, LeadState
from crm.campaigns.models.sounds import Sound, SoundKind

__all__ = [
    "Attempt",
    "AttemptState",
    "Callback",
    "CallbackState",
    "Campaign",
    "CampaignDisposition",
    "CampaignState",
    "CampaignTemplate",
    "ClosedNumber",
    "Evidence",
    "EvidenceExport",
    "Deed",
    "EvidenceKeeping",
    "Fill",
    "FillState",
    "Holiday",
    "Lead",
    "LeadState",
    "Mode",
    "Over",
    "Rules",
    "Sound",
    "SoundKind",
    "TemplateDisposition",
    "Verdict",
]
