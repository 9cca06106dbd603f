"""What the sender reads and writes, in one thread with one connection."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from django.db import connections, transaction
from django.utils import timezone

from crm.alone import alone_from_now_on
from crm.events.models import Event
from crm.webhooks.letters import encoded
from crm.webhooks.models import State, Undelivered, Webhook
from crm.webhooks.selectors import wanted_again
from crm.webhooks.wanted import Wanted
from crm.webhooks.words import NO_LONGER_KEPT

T = TypeVar("T")
NOTED = ("position", "tries", "failing_since", "next_at", "sent_at", "said")


class Rows:
    """Each method waits for its turn in the thread. Raises OperationalError and InterfaceError when the database is
    away: then the process ends and is started again, for the lock by which it is the only one went with the
    connection."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "webhooks-rows")

    async def call(self, make: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, make)

    async def lock(self, number: int) -> bool:
        """Whether this process is the only one; for as long as the connection lives."""

        return await self.call(lambda: alone_from_now_on(number))

    async def note(self, lanes: Mapping[int, Any]) -> None:
        """Where the lanes stand: webhook → Progress. A webhook that was paused or removed meanwhile stays so."""

        def note() -> None:
            with transaction.atomic():
                for pk, progress in lanes.items():
                    said = {name: getattr(progress, name) for name in NOTED}
                    Webhook.objects.filter(pk=pk).update(**said)
                    if progress.gone:
                        Webhook.objects.filter(pk=pk, state=State.ACTIVE).update(state=State.GONE)

        await self.call(note)

    async def give_up(self, webhook: int, numbers: list[int], said: str, at: datetime) -> None:
        """Puts events aside. Those that were put aside before keep their row."""

        def give_up() -> None:
            events = Event.objects.filter(pk__in=numbers).values_list("pk", "kind", "call_id")
            rows = [
                Undelivered(webhook_id=webhook, event=pk, kind=kind, call_id=call, at=at, said=said)
                for pk, kind, call in events
            ]
            Undelivered.objects.bulk_create(rows, ignore_conflicts=True)

        await self.call(give_up)

    async def wanted_again(self, webhook: int) -> list[Undelivered]:
        return await self.call(lambda: wanted_again(webhook))

    async def event(self, number: int, wanted: Wanted) -> tuple[int, bytes, datetime] | None:
        """None when it is no longer kept."""

        def event() -> tuple[int, bytes, datetime] | None:
            found = Event.objects.filter(pk=number).first()
            return (found.pk, encoded(wanted.sight.told(found)), found.told_at) if found else None

        return await self.call(event)

    async def tried(self, row: int, said: str, *, done: bool) -> None:
        """Of one that was sent again."""
        more = {"done_at": timezone.now()} if done else {"said": said} if said else {"said": NO_LONGER_KEPT}
        await self.call(lambda: Undelivered.objects.filter(pk=row).update(wanted_at=None, **more))

    def close(self) -> None:
        self._thread.submit(connections.close_all).result(5)
        self._thread.shutdown()
