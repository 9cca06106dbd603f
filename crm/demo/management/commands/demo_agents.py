import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crm.demo.loop import Staff


class Command(BaseCommand):
    """Simulated staff, until SIGTERM or Ctrl-C."""

    help = "Let the demonstration's agents work by themselves, all but the two whom persons play."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, help="the same seed gives the same decisions")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Staff(options["seed"]).run(stop)
