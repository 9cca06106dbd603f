from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Figures and reports."""

    name = "crm.reports"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("reports")
