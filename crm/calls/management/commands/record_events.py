import signal
import socket
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crm import bus
from crm.calls.recording.recorder import Recorder

SWITCH_S = 0.0005
"""Tenfold as often as Python does by itself: the thread that writes needs the interpreter for moments only, some
hundred times a batch, and would each time wait until the one that reads ahead has had its turn."""


class Command(BaseCommand):
    """The process that turns facts into rows, until SIGTERM or Ctrl-C."""

    help = "Turn the stream of facts into rows, for ever."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name", default=socket.gethostname(), help="name of this recorder; one per running recorder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sys.setswitchinterval(SWITCH_S)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Recorder(bus.blocking_client(), options["name"]).run(stop)
