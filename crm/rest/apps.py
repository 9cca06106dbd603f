from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RestConfig(AppConfig):
    """What all doors of the REST API share. It has no rows."""

    name = "crm.rest"
    verbose_name = _("API")
