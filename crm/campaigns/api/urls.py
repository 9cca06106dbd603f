"""Addresses of the API."""

from django.urls import path

from crm.campaigns.api import campaigns, choices, evidence, holidays, keeping, leads, live, results, sounds, templates
from crm.campaigns.api.callbacks import CallbackCancel, CallbackHandOver, CallbackMove, CallbackOne, Callbacks
from crm.campaigns.api.exports import FILES

CAMPAIGNS = [
    path("campaigns", campaigns.Campaigns.as_view(), name="api_campaigns"),
    path("campaigns/choices", choices.Choices.as_view(), name="api_campaign_choices"),
    path("campaigns/quality", results.Quality.as_view(), name="api_campaigns_quality"),
    path("campaigns/<int:pk>", campaigns.CampaignOne.as_view(), name="api_campaign"),
    path("campaigns/<int:pk>/steps", campaigns.CampaignSteps.as_view(), name="api_campaign_steps"),
    path("campaigns/<int:pk>/results", results.Results.as_view(), name="api_campaign_results"),
    path("campaigns/<int:pk>/live", live.CampaignLive.as_view(), name="api_campaign_live"),
    path("campaigns/<int:pk>/leads", leads.Leads.as_view(), name="api_leads"),
    path("campaigns/<int:pk>/leads/<int:lead>", leads.LeadOne.as_view(), name="api_lead"),
    path("campaigns/<int:pk>/leads/deeds", leads.LeadDeeds.as_view(), name="api_lead_deeds"),
    path("campaigns/<int:pk>/fills", leads.Fills.as_view(), name="api_fills"),
    path("campaigns/<int:pk>/fills/<int:fill>", leads.FillOne.as_view(), name="api_fill"),
    path("campaign-templates", templates.Templates.as_view(), name="api_campaign_templates"),
    path("campaign-templates/<int:pk>", templates.TemplateOne.as_view(), name="api_campaign_template"),
    path("campaign-holidays", holidays.Holidays.as_view(), name="api_campaign_holidays"),
    path("campaign-holidays/<int:pk>", holidays.HolidayOne.as_view(), name="api_campaign_holiday"),
    path("campaign-sounds", sounds.Sounds.as_view(), name="api_campaign_sounds"),
    path("campaign-sounds/<int:pk>", sounds.SoundOne.as_view(), name="api_campaign_sound"),
    path("campaign-sounds/<int:pk>/file", sounds.SoundFile.as_view(), name="api_campaign_sound_file"),
    path("evidence", evidence.Attempts.as_view(), name="api_evidence"),
    path("evidence/keeping", keeping.Keeping.as_view(), name="api_evidence_keeping"),
    *FILES,
    path("evidence/<slug:attempt>", evidence.AttemptStory.as_view(), name="api_evidence_story"),
]
CALLBACKS = [
    path("callbacks", Callbacks.as_view(), name="api_callbacks"),
    path("callbacks/<int:pk>", CallbackOne.as_view(), name="api_callback"),
    path("callbacks/<int:pk>/move", CallbackMove.as_view(), name="api_callback_move"),
    path("callbacks/<int:pk>/hand-over", CallbackHandOver.as_view(), name="api_callback_hand_over"),
    path("callbacks/<int:pk>/cancel", CallbackCancel.as_view(), name="api_callback_cancel"),
]
urlpatterns = [*CAMPAIGNS, *CALLBACKS]
