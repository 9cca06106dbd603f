"""`manage.py publish_events`: facts and changes into the log of events."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from crm import bus
from crm.events.publishing.publisher import Publisher


class Command(BaseCommand):
    help = "Write the log of events that streams and webhooks read, for ever. Ends on SIGTERM; beside another it waits."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Publisher(bus.blocking_client()).run(stop)
