from typing import Any

from django.core.management.base import BaseCommand

from crm.telephony.publish import directory_publish


class Command(BaseCommand):
    """Writes the directory to Redis under a new version, whatever is there."""

    help = "Publish the directory (agents, queues, routes) to the daemon under a new version."

    def handle(self, *args: Any, **options: Any) -> None:
        version = directory_publish(force=True)
        self.stdout.write(f"Directory published as version {version}.")
