from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    """The live view and the floor."""

    name = "crm.live"
    verbose_name = _("live view")
