from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """What happened: facts, call records, queue visits, offers and agents' states."""

    name = "crm.calls"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("calls")
