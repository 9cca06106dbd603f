"""The process that sends: a lane for each webhook, one reading of the log for all."""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crm.events.selectors import events_after, newest
from crm.events.wake import Wake
from crm.outward.client import Outward
from crm.outward.seals import Lost
from crm.webhooks.lane import Lane
from crm.webhooks.models import State, Webhook
from crm.webhooks.rows import Rows
from crm.webhooks.selectors import asked_again, keys_of, sending
from crm.webhooks.wanted import Wanted, wanted_by
from crm.webhooks.window import KEPT, Window

log = logging.getLogger(__name__)

LOCK = 0x5DEB_0001
LOOK_S = 1.0
"""A webhook that was added, changed or paused is noticed within so long."""
NOTE_S = 0.25
"""What was taken is noted within so long: who is killed sends at most that again."""
SEEN_ANEW_S = 60.0
"""Departments and queues change: what a data scope reaches is read again."""
CONFIGURED = (
    "url", "kinds", "queues", "agents", "campaigns", "scope", "whole", "together", "sealed", "sealed_before", "state",
)  # fmt: skip


class Sender:
    """``run`` until ``stop`` is set; returns False when another process sends already."""

    def __init__(self, *, outward: Outward | None = None) -> None:
        self._rows = Rows()
        self._outward = outward or Outward(connections=500)
        self._window = Window(lambda number, limit: events_after(number, limit=limit))
        self._lanes: dict[int, tuple[Lane, asyncio.Task[None], tuple[Any, ...]]] = {}
        self._seen: dict[int, tuple[tuple[str, ...], float, Wanted]] = {}
        self._lost: dict[int, tuple[Any, ...]] = {}

    async def run(self, stop: asyncio.Event) -> bool:
        try:
            if not await self._rows.lock(LOCK):
                return False
            async with Wake() as wake, asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch(stop))
                following = tasks.create_task(self._follow(wake))
                noting = tasks.create_task(self._note())
                await watching
                for task in (following, noting, *(task for _lane, task, _told in self._lanes.values())):
                    task.cancel()
            await self._flush()
            return True
        finally:
            await self._outward.close()
            self._rows.close()

    async def _watch(self, stop: asyncio.Event) -> None:
        """Lanes for the webhooks that there are."""
        while not stop.is_set():
            found, wanted, again = await self._rows.call(self._read)
            for pk in again & self._lanes.keys():
                self._lanes[pk][0].again = True
                self._lanes[pk][0].grown.set()
            for pk in self._lanes.keys() - found.keys():
                await self._end(pk)
            for pk, webhook in found.items():
                told = (*(str(getattr(webhook, name)) for name in CONFIGURED), wanted[pk])
                kept = self._lanes.get(pk)
                if kept and kept[2] == told and not (kept[1].done() or _resumed(kept[0], webhook)):
                    continue
                if kept:
                    await self._end(pk)
                    await self._rows.call(webhook.refresh_from_db)
                if webhook.state == State.ACTIVE:
                    self._begin(webhook, wanted[pk], told)
            await self._pause(stop, LOOK_S)

    def _read(self) -> tuple[dict[int, Webhook], dict[int, Wanted], set[int]]:
        """Webhooks that send, what they want, and which have something to send again."""
        found = {one.pk: one for one in sending()}
        if not self._lanes and found:
            self._window.begin(max(min(one.position for one in found.values()), newest() - KEPT))
        return found, {pk: self._sight(one) for pk, one in found.items()}, asked_again()

    def _sight(self, webhook: Webhook) -> Wanted:
        """What it wants, read anew once a minute and whenever it is changed."""
        told, now = tuple(str(getattr(webhook, name)) for name in CONFIGURED), time.monotonic()
        kept = self._seen.get(webhook.pk)
        if kept and kept[0] == told and now - kept[1] < SEEN_ANEW_S:
            return kept[2]
        wanted = wanted_by(webhook)
        self._seen[webhook.pk] = (told, now, wanted)
        return wanted

    async def _follow(self, wake: Wake) -> None:
        while True:
            while await self._rows.call(self._window.grow):
                for lane, _task, _told in self._lanes.values():
                    lane.grown.set()
            await wake.wait()

    async def _note(self) -> None:
        while True:
            await asyncio.sleep(NOTE_S)
            await self._flush()

    async def _flush(self) -> None:
        dirty = {pk: lane for pk, (lane, _task, _told) in self._lanes.items() if lane.dirty}
        for lane in dirty.values():
            lane.dirty = False
        if dirty:
            await self._rows.note({pk: replace(lane.progress) for pk, lane in dirty.items()})

    def _begin(self, webhook: Webhook, wanted: Wanted, told: tuple[Any, ...]) -> None:
        try:
            keys = keys_of(webhook, datetime.now(UTC))
        except Lost:  # it waits for a new secret, and the others go on
            if self._lost.get(webhook.pk) != told:
                log.warning("webhook %d has a secret of another SECRET_KEY: make a new one", webhook.pk)
            self._lost[webhook.pk] = told
            return
        lane = Lane(webhook, wanted, keys, window=self._window, outward=self._outward, rows=self._rows)
        self._lanes[webhook.pk] = (lane, asyncio.create_task(lane.run(), name=f"webhook-{webhook.pk}"), told)

    async def _end(self, pk: int) -> None:
        """What it did is noted before another lane takes over."""
        _lane, task, _told = self._lanes[pk]
        task.cancel()
        failed = [error for error in await asyncio.gather(task, return_exceptions=True) if isinstance(error, Exception)]
        await self._flush()
        del self._lanes[pk]
        if failed:  # a fault of ours: the process ends, the log says where, and it is started again
            raise failed[0]

    async def _pause(self, stop: asyncio.Event, seconds: float) -> None:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            pass


def _resumed(lane: Lane, webhook: Webhook) -> bool:
    """Somebody wants it tried at once: the row has no failures any more, and what the lane has was noted."""
    return bool(lane.progress.tries and not lane.dirty and not webhook.tries)
