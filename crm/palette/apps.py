from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaletteConfig(AppConfig):
    """The field that finds anything."""

    name = "crm.palette"
    verbose_name = _("palette")
