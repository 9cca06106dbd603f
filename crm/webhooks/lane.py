"""One webhook's way: one request after the other, in the order of the log."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crm.outward.client import Answer, NotSent, Outward
from crm.webhooks.letters import letter
from crm.webhooks.models import Webhook
from crm.webhooks.secrets import Keys
from crm.webhooks.verdicts import REFUSED_TIMES, Verdict, is_given_up, verdict, wait
from crm.webhooks.wanted import Wanted
from crm.webhooks.window import Piece, Window

log = logging.getLogger(__name__)

ANSWER_S = 10.0
"""A receiver answers within so long, or it is tried again."""


@dataclass
class Progress:
    """What is to be noted of a lane; the sender writes it, of all lanes together."""

    position: int
    tries: int = 0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    sent_at: datetime | None = None
    said: str = ""
    gone: bool = False


class Lane:
    """``run`` goes on until it is cancelled. ``rows`` does what needs the database, in the sender's thread."""

    def __init__(
        self, webhook: Webhook, wanted: Wanted, keys: Keys, *, window: Window, outward: Outward, rows: Any,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self.webhook, self.wanted, self.keys = webhook, wanted, keys
        self.progress = Progress(
            webhook.position, webhook.tries, webhook.failing_since, webhook.next_at, webhook.sent_at, webhook.said
        )
        self.grown = asyncio.Event()
        self.dirty = self.again = False
        """``again``: somebody asked to send undelivered ones again."""
        self._window, self._outward, self._rows, self._clock = window, outward, rows, clock
        self._most = webhook.together
        self._refused = 0

    async def run(self) -> None:
        while not self.progress.gone:
            if self.progress.next_at and (left := (self.progress.next_at - self._clock()).total_seconds()) > 0:
                await asyncio.sleep(left)
            self.grown.clear()
            if not await self.step():
                await self.grown.wait()

    async def step(self) -> bool:
        """What is next to do, without waiting for its time; False when there is nothing."""
        if self.again and not self.progress.tries:
            self.again = False
            await self._again()
        piece = await self._next()
        if piece.events:
            await self._deal(piece)
        elif piece.upto > self.progress.position:
            self._move(piece.upto)
        else:
            return False
        return True

    async def _next(self) -> Piece:
        most = min(self._most, self.webhook.together)
        return await self._rows.call(lambda: self._window.after(self.progress.position, self.wanted, most=most))

    async def _deal(self, piece: Piece) -> None:
        now = self._clock()
        late = [one for one in piece.events if is_given_up(one[2], now)] if self.progress.tries else []
        if late:
            await self._rows.give_up(self.webhook.pk, [one[0] for one in late], self.progress.said, now)
            self._move(late[-1][0] if len(late) < len(piece.events) else piece.upto)
            return
        said, answer = await self._send(piece.events)
        match verdict(answer) if answer else Verdict.LATER:
            case Verdict.TAKEN:
                self._taken(piece.upto)
            case Verdict.GONE:
                self.progress.gone, self.progress.said, self.dirty = True, said, True
            case Verdict.WRONG if len(piece.events) > 1:
                self._most = max(1, len(piece.events) // 2)  # who is it? the others must not wait for it
            case Verdict.WRONG if self._refused + 1 >= REFUSED_TIMES:
                await self._rows.give_up(self.webhook.pk, [piece.events[0][0]], said, now)
                self._taken(piece.upto)
            case Verdict.WRONG:
                self._refused += 1
                self._failed(said, answer)
            case _:
                self._failed(said, answer)

    async def _send(self, events: list[tuple[int, bytes, datetime]], mark: str = "") -> tuple[str, Answer | None]:
        """What to say of a failure, and the answer if there was one."""
        now = self._clock()
        sent = letter([one[:2] for one in events], self.keys.at(now), at=now, mark=mark)
        try:
            answer = await self._outward.send(
                "POST", self.webhook.url, headers=sent.headers, body=sent.body, seconds=ANSWER_S
            )
        except NotSent as error:
            return error.kind, None
        return f"HTTP {answer.status} {answer.body[:200].decode('utf-8', 'replace')}".replace("\x00", "")[:300], answer

    async def _again(self) -> None:
        """What somebody asked to send again, one by one."""
        for row in await self._rows.wanted_again(self.webhook.pk):
            event = await self._rows.event(row.event, self.wanted)
            if event is None:
                await self._rows.tried(row.pk, "", done=False)
                continue
            said, answer = await self._send([event], mark="again-")
            taken = answer is not None and answer.good
            await self._rows.tried(row.pk, "" if taken else said, done=taken)

    def _taken(self, upto: int) -> None:
        self._refused, self._most = 0, min(self.webhook.together, self._most * 2)
        self.progress = Progress(upto, sent_at=self._clock())
        self.dirty = True

    def _move(self, upto: int) -> None:
        self.progress.position, self.dirty = upto, True

    def _failed(self, said: str, answer: Answer | None) -> None:
        now, progress = self._clock(), self.progress
        progress.tries += 1
        progress.failing_since = progress.failing_since or now
        asked = answer.headers.get("retry-after", "") if answer and answer.status in (429, 503) else ""
        progress.next_at = now + wait(progress.tries, spread=random.random(), asked=asked)
        progress.said, self.dirty = said, True
