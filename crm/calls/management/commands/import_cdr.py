from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from crm.calls.cdr.importing import import_folder


class Command(BaseCommand):
    """One pass over the folder; Celery's beat does the same every ten seconds."""

    help = "Merge the CDR files of a folder (mod_json_cdr) into the call records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.CDR_DIR)

    def handle(self, *args: Any, **options: Any) -> None:
        counts = import_folder(options["folder"])
        self.stdout.write(
            f"{counts['calls']} calls, {counts['legs']} other legs, {counts['bad']} bad files, "
            f"{counts['young']} still being written."
        )
