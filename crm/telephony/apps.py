from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    """What the daemon is configured with: agents, queues, routes, and the codes agents choose from."""

    name = "crm.telephony"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("telephony")

    def ready(self) -> None:
        from crm.telephony import signals  # needs the models, which are loaded by now

        signals.connect()
