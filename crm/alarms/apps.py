from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlarmsConfig(AppConfig):
    """What somebody must know of and do something about."""

    name = "crm.alarms"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("alarms")
