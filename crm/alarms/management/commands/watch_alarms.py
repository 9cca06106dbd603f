import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from crm.alarms.watch import Watch, channels


class Command(BaseCommand):
    """The process that raises, tells and clears alarms, until SIGTERM or Ctrl-C. One is enough for a centre."""

    help = "Look around for what is wrong, and tell it, for ever."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Watch(channels()).run(stop)
