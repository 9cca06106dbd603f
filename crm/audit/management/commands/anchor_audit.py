from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crm.audit.anchors import cast
from crm.audit.chain import seal
from crm.audit.services import event


class Command(BaseCommand):
    """The same as the hourly task; ``restore`` calls it with ``--restored``."""

    help = "Seal what waits and tell the chain's end to the file of anchors and to the log."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--restored", action="store_true", help="the rows were brought back from a backup just now")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["restored"]:
            seal()
        anchor = cast(restored=options["restored"])
        if options["restored"]:
            event("centre.restored", details={"link": anchor.seq})
        self.stdout.write(f"link {anchor.seq}, {anchor.chain}")
