from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomsConfig(AppConfig):
    """Conference rooms: which there are, who is in them now, and what their chairs may do."""

    name = "crm.rooms"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("conference rooms")
