"""The watch: looks at everything, tells at once, and keeps the rows when it can.

It needs neither Redis nor the database to tell that they are away. Looks and books run in threads of their own; this
one only takes in what came back. A look that does not come back is late, and says so by its own alarm if it has one.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from crm.alarms import mail
from crm.alarms.books import Page, keep
from crm.alarms.channel import Channel
from crm.alarms.findings import Findings, Open
from crm.alarms.ledger import OVER, Entry, Event, Ledger
from crm.alarms.looks import AT_ONCE, LOOKS, PATIENCE_S, SOON_OVER, Look
from crm.alarms.messages import Message, message
from crm.alarms.models import Severity
from crm.alarms.webhook import Webhook
from crm.alarms.words import sentence

log = logging.getLogger(__name__)

TICK_S = 0.5
BOOKS_S = 5.0
CLOSE_S = 5.0
Result = TypeVar("Result")


class Task(Generic[Result]):
    """One thing that is done again and again, never twice at the same time; its database connection is its own."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._result: list[Result] = []
        self.begun = float("-inf")

    def begin(self, body: Callable[[], Result], now: float) -> None:
        """Only when ``idle``."""

        def run() -> None:
            try:
                self._result = [body()]
            except Exception:
                log.exception("the watch's %s failed", self._name)
            finally:
                connections.close_all()

        self._result, self.begun = [], now
        self._thread = threading.Thread(target=run, name=f"watch: {self._name}", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether it does not run."""
        return self._thread is None or not self._thread.is_alive()

    def take(self) -> list[Result]:
        """What it brought, once; nothing while it runs or when it failed."""
        if not self.idle:
            return []
        found, self._result = self._result, []
        return found


class Looker:
    """A look and its thread."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._task: Task[Findings] = Task(look.name)
        self._late = float("-inf")

    def step(self, open: Open, now: float) -> Findings:
        """What came back since the last step; begins anew when it is time."""
        found: Findings = {}
        for findings in self._task.take():
            found = findings
        if self._task.idle:
            if now - self._task.begun >= self._look.every_s:
                self._task.begin(lambda: self._look.look(open), now)
        elif now - self._task.begun > PATIENCE_S and now - self._late >= self._look.every_s:
            found, self._late = self._look.late, now
        return found


class Watch:
    """``channels`` are closed by ``close``. Steps are cheap: twice a second."""

    def __init__(self, channels: Sequence[Channel], looks: Sequence[Look] = LOOKS) -> None:
        self.ledger = Ledger(settings.ALARM_RAISE_AFTER_S, settings.ALARM_CLEAR_AFTER_S, AT_ONCE, SOON_OVER)
        self._channels = channels
        self._lookers = [Looker(look) for look in looks]
        self._books: Task[Page | None] = Task("books")
        self._adopted = self._unwritten = False
        self._told: list[tuple[int, str]] = []

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set."""
        while not stop.is_set():
            self.step(time.monotonic())
            stop.wait(TICK_S)
        self.close()

    def step(self, now: float) -> None:
        """One round; waits for nothing."""
        open = self.ledger.open
        for looker in self._lookers:
            for event in self.ledger.step(looker.step(open, now), timezone.now(), now):
                self._say(event, now)
        self._keep(now)

    def close(self) -> None:
        """What is to be told is told, for a few seconds."""
        deadline = time.monotonic() + CLOSE_S
        for channel in self._channels:
            channel.close(max(0.0, deadline - time.monotonic()))

    def _say(self, event: Event, now: float) -> None:
        alarm = event.alarm
        level = logging.ERROR if alarm.severity == Severity.CRITICAL else logging.WARNING
        name = f"{alarm.code} {alarm.subject}".strip()
        log.log(logging.INFO if event.what == OVER else level, "alarm %s: %s: %s", event.what, name, _text(alarm))
        if alarm.aloud:
            self._tell(message(event.what, alarm))
        self._books.begun = min(self._books.begun, now - BOOKS_S)  # its row is due

    def _tell(self, told: Message) -> None:
        for channel in self._channels:
            channel.put(told)

    def _keep(self, now: float) -> None:
        for page in self._books.take():
            if page is not None:
                self.ledger.saved(page.saved, now)
                self._take(page)
        if self._books.idle and now - self._books.begun >= BOOKS_S:
            entries, told, adopt = self.ledger.unsaved(now), self._told, not self._adopted
            self._books.begin(lambda: self._write(entries, told, adopt), now)

    def _take(self, page: Page) -> None:
        if not self._adopted:
            self.ledger.adopt(page.adopted)
            self._adopted = True
        self._told = [(row, OVER if told.what == OVER else told.severity) for row, told in page.messages]
        for _row, told in page.messages:
            self._tell(told)

    def _write(self, entries: list[Entry], told: list[tuple[int, str]], adopt: bool) -> Page | None:
        """In the thread of the books. None when the database takes nothing; the ledger keeps it all."""
        try:
            page = keep(entries, told, adopt=adopt, language=settings.LANGUAGE_CODE)
        except DatabaseError as error:
            if not self._unwritten:
                log.warning("alarms cannot be written as rows; they are kept and told: %s", error)
            self._unwritten = True
            return None
        self._unwritten = False
        return page


def _text(alarm: Entry) -> str:
    return sentence(alarm.text, alarm.params)


def channels() -> list[Channel]:
    """Mail and webhooks, as far as they are set."""
    found = [Channel("mail", mail.send)] if settings.ALARM_MAIL else []
    hooks = [Webhook(url, settings.ALARM_WEBHOOK_SECRET) for url in settings.ALARM_WEBHOOKS]
    return [*found, *(Channel(hook.name, hook.send) for hook in hooks)]
