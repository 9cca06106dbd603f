from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.telephony.extensions import secret_renew
from crm.telephony.models import Extension


class Command(BaseCommand):
    help = "Makes a new secret for a phone and prints it, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("extension", help="number of the extension")

    def handle(self, *args: object, **options: str) -> None:
        row = Extension.objects.filter(number=options["extension"]).first()
        if row is None:
            raise CommandError(f"There is no extension {options['extension']}.")
        self.stdout.write(secret_renew(extension=row))
