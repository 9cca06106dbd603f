from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """The agents' desk."""

    name = "crm.desk"
    verbose_name = _("desk")
