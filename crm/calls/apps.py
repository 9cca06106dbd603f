from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """What happened: facts, call records, queue visits, offers and agents' states."""

    name = "crm.calls"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("calls")

    def ready(self) -> None:
        from crm.calls.partitions import partitions_ensure  # needs the models, which are loaded by now

        post_migrate.connect(partitions_ensure, sender=self, dispatch_uid="calls")
