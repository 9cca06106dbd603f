import signal
import threading
from argparse import ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from crm.reports.models import Mark
from crm.reports.periods import midnight
from crm.reports.rollup.again import mark_again
from crm.reports.rollup.loop import RollUp
from crm.reports.rollup.marks import work_off
from crm.reports.rollup.months import close_all
from crm.reports.rollup.whole import count_all


def _day(text: str) -> datetime:
    try:
        return midnight(date.fromisoformat(text), timezone.get_default_timezone())
    except ValueError as error:
        raise ArgumentTypeError("a day is written as 2026-09-16") from error


class Command(BaseCommand):
    """The process that keeps half-hours, days and months true, until SIGTERM or Ctrl-C."""

    help = "Count half-hours, days and months anew where rows changed, for ever; or once, with --all or --since."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def add_arguments(self, parser: CommandParser) -> None:
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--all", action="store_true", help="count everything anew, and end")
        again.add_argument("--since", type=_day, help="count anew what happened from this day on, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if options["all"] or options["since"]:
            if options["all"]:
                count_all(self.stdout.write)
            else:
                mark_again(options["since"])
            self._drain(stop)
            if not stop.is_set():
                close_all()
        else:
            RollUp().run(stop)

    def _drain(self, stop: threading.Event) -> None:
        """Until nothing is marked that is marked now. The loop of a running centre may be doing its share of it."""
        last = Mark.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        while (left := Mark.objects.filter(pk__lte=last).count()) and not stop.is_set():
            self.stdout.write(f"{left} marks left", ending="\n")
            if not work_off().marks:
                stop.wait(1)
