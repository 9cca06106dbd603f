from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PopupsConfig(AppConfig):
    name = "crm.popups"
    verbose_name = _("pop-ups and lookups")
