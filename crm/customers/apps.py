from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Whom the centre serves, and the numbers they call from."""

    name = "crm.customers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("customers")
