from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoginsConfig(AppConfig):
    """How people come in, and stay in."""

    name = "crm.logins"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("logins")

    def ready(self) -> None:
        from crm.logins import signals  # noqa: F401  it connects itself
