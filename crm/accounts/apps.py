from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who works here: departments and users."""

    name = "crm.accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from crm.access.ready import roles_ready_made  # needs the models, which are loaded by now

        post_migrate.connect(roles_ready_made, sender=self, dispatch_uid="roles-ready-made")
