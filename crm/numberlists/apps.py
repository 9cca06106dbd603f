from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NumberListsConfig(AppConfig):
    """Who may not call, who may always, and who is not to be called."""

    name = "crm.numberlists"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("number lists")
