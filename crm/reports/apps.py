from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Figures and reports."""

    name = "crm.reports"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("reports")

    def ready(self) -> None:
        from crm.reports.rollup import triggers  # needs the models, which are loaded by now

        post_migrate.connect(triggers.install, sender=self)
