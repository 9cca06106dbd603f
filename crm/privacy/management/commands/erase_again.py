from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm.privacy.again import erase_again


class Command(BaseCommand):
    help = "After a restore: erases again whom the restored rows still know, from the file of erasures."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, default=Path(settings.ERASURES))

    def handle(self, **options):
        path = options["file"]
        if not path.exists():
            raise CommandError(f"There is no {path}. Name the file of erasures: --file PATH")
        self.stdout.write(f"{erase_again(path)} erasures were done again.")
