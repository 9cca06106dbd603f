from django.urls import path

from crm.campaigns.views import campaign, editing, holidays, leadfile, lists, live, quality, sounds, taking, templates

urlpatterns = [
    path("", lists.campaigns, name="campaigns"),
    path("live/", lists.watch, name="campaigns_watch"),
    path("new/", editing.new, name="campaign_new"),
    path("take/", taking.customers, name="campaign_take"),
    path("quality/", quality.quality, name="campaign_quality"),
    path("templates/", templates.templates, name="campaign_templates"),
    path("templates/new/", templates.new, name="campaign_template_new"),
    path("templates/<int:template_id>/", templates.template, name="campaign_template"),
    path("templates/<int:template_id>/remove/", templates.remove, name="campaign_template_remove"),
    path("holidays/", holidays.holidays, name="campaign_holidays"),
    path("holidays/<int:holiday_id>/remove/", holidays.remove, name="campaign_holiday_remove"),
    path("sounds/", sounds.sounds, name="campaign_sounds"),
    path("sounds/<int:sound_id>/file/", sounds.file, name="campaign_sound_file"),
    path("sounds/<int:sound_id>/rename/", sounds.rename, name="campaign_sound_rename"),
    path("sounds/<int:sound_id>/remove/", sounds.remove, name="campaign_sound_remove"),
    path("<int:campaign_id>/", campaign.campaign, name="campaign"),
    path("<int:campaign_id>/results/", campaign.results, name="campaign_results"),
    path("<int:campaign_id>/change/", editing.change, name="campaign_change"),
    path("<int:campaign_id>/step/", campaign.step, name="campaign_step"),
    path("<int:campaign_id>/live/", live.live, name="campaign_live"),
    path("<int:campaign_id>/live/part/", live.part, name="campaign_live_part"),
    path("<int:campaign_id>/package/", taking.package, name="campaign_package"),
    path("<int:campaign_id>/fills/", taking.fills, name="campaign_fills"),
    path("<int:campaign_id>/leads/deed/", taking.deed, name="campaign_leads_deed"),
    path("<int:campaign_id>/leads/file/<str:kind>/", leadfile.leads, name="campaign_leads_file"),
    path("<int:campaign_id>/leads/<int:lead_id>/", campaign.lead, name="campaign_lead"),
]
