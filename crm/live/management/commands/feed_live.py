"""`manage.py feed_live`: keeps the live view and tells the pages what changed."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from crm.live.counter import Counter
from crm.live.feeder import Feeder


class Command(BaseCommand):
    help = "Follows the facts, keeps the live view, counts the floor's figures, tells the pages. Ends on SIGTERM."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await asyncio.gather(Feeder().run(stop), Counter().run(stop))
