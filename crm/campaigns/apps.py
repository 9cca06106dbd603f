from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "crm.campaigns"
    verbose_name = _("campaigns")

    def ready(self) -> None:
        from crm.audit.readers import reads  # both need the models, which are loaded by now
        from crm.campaigns.running.trail import hours_differ, retries_differ

        for kind in ("campaign", "campaigntemplate"):
            reads(f"campaigns_{kind}.hours", hours_differ)
            reads(f"campaigns_{kind}.retries", retries_differ)
