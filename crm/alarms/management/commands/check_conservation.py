from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from crm.alarms.conservation import check_and_alarm


class Command(BaseCommand):
    """The same as the nightly task. Ends with 1 when a law does not hold."""

    help = "Check the rows of a business day against the laws that they must fulfil, and raise alarms."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD; yesterday without it")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["day"] or timezone.localdate() - timedelta(days=1)
        verdicts = check_and_alarm(day)
        for verdict in verdicts:
            said = verdict.law.text % verdict.example if verdict.differences else ""
            self.stdout.write(f"{verdict.law.code:<22}{verdict.differences:>8}  {said}".rstrip())
        if any(verdict.differences for verdict in verdicts):
            raise SystemExit(1)
