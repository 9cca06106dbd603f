"""Which of the centre's dispositions a campaign offers, and what each means for the lead."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.campaigns.models.campaigns import Campaign, CampaignTemplate, Verdict


class _Meaning(models.Model):
    disposition = models.ForeignKey(
        "telephony.Disposition", on_delete=models.PROTECT, related_name="+", verbose_name=_("disposition")
    )
    verdict = models.CharField(_("means"), max_length=12, choices=Verdict.choices, default=Verdict.DONE)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.disposition} → {self.get_verdict_display()}"  # type: ignore[attr-defined]


class CampaignDisposition(_Meaning):
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="meanings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "disposition"], name="campaign_disposition_once")]
        verbose_name = _("disposition of a campaign")
        verbose_name_plural = _("dispositions of campaigns")


class TemplateDisposition(_Meaning):
    template = models.ForeignKey(CampaignTemplate, on_delete=models.CASCADE, related_name="meanings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "disposition"], name="template_disposition_once")]
        verbose_name = _("disposition of a template")
        verbose_name_plural = _("dispositions of templates")
