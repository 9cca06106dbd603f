from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """The pages on which people are administered. It has no rows of its own: those are in ``crm.accounts``."""

    name = "crm.staff"
    verbose_name = _("people")
