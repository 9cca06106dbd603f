from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """A person's data: what is kept of her, taken out for her, or erased."""

    name = "crm.privacy"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("personal data")
