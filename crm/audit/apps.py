from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The trail of changes and of sensitive reads."""

    name = "crm.audit"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("audit")

    def ready(self) -> None:
        from crm.audit import signals  # needs the models, which are loaded by now

        signals.connect(self)
