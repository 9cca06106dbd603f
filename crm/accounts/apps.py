from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who works here: departments and users."""

    name = "crm.accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("accounts")
