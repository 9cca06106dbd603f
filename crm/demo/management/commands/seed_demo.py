from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser

from crm.demo.services import demo_seed


class Command(BaseCommand):
    """Makes the demonstration centre; the passwords are in <state folder>/demo-logins."""

    help = "Add what is missing of the demonstration centre: people, queues, numbers, customers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing when there are any users already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] and get_user_model().objects.exists():
            return
        logins = settings.STATE_DIR / "demo-logins"
        if demo_seed(logins=logins):
            self.stdout.write(f"The demonstration centre is ready; its logins are in {logins}.")
        else:
            self.stdout.write("The demonstration centre was complete already.")
