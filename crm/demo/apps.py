from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """A living centre to look at: people, queues, customers, and staff that work by themselves."""

    name = "crm.demo"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("demonstration")
