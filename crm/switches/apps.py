from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SwitchesConfig(AppConfig):
    """The telephone switches: how each is, and emptying one before it is stopped."""

    name = "crm.switches"
    verbose_name = _("switches")
