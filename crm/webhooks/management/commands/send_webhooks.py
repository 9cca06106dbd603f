"""`manage.py send_webhooks`: sends events to the receivers that are set up."""

import asyncio
import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from crm.webhooks.sender import LOOK_S, Sender

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sends events to webhooks; one process at a time, others stand by. Ends on SIGTERM."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        while not stop.is_set():
            try:
                if await Sender().run(stop):
                    return
            except* (OperationalError, InterfaceError) as error:
                log.warning("the database is away: %s", error.exceptions[0])
            try:
                await asyncio.wait_for(stop.wait(), LOOK_S)
            except TimeoutError:
                pass
