from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Whom the centre serves, and the numbers they call from."""

    name = "crm.customers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("customers")

    def ready(self) -> None:
        from crm.audit.readers import reads
        from crm.customers.fields.trail import changes

        reads("customers_customer.values", changes)
