"""Writing what was ordered, by a task.

Rows are read in chunks, so memory stays flat and no transaction is long. Each chunk notes how far it is, and learns
whether it is still wanted. One order of a kind is written at a time, whatever the number of workers: the others go on
with their quick tasks. A worker holds a lock of its database connection while it writes; when it is killed the lock is
gone, and the next run begins the order anew. Who asked is asked for again: what she may see, and how, is decided as the
file is written.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.utils import timezone, translation

from crm.access.holding import act_by, may
from crm.accounts.models import User
from crm.alone import alone
from crm.sheets.orders.rows import PENDING, Order
from crm.sheets.orders.shelf import Shelf

log = logging.getLogger(__name__)
BEGUN_AT_MOST = 5
"""An order that kills its worker each time is not begun for ever."""
State = Order.State


class Unwanted(Exception):
    """It was cancelled, or is to be begun anew."""


class NotAllowed(Exception):
    """She may not have this file any more."""


class Note(Protocol):
    """Notes how far the file is (``expected``, ``written``: rows). Raises Unwanted."""

    def __call__(self, **how_far: int) -> None: ...


@dataclass(frozen=True)
class Writer:
    """``lock``: number of the database's advisory lock; ``needs``: the permission that an order takes; ``pieces``: the
    file, piece by piece, for her who ordered it: of the order, the user, a folder for drafts, and a ``Note``.
    It may raise NotAllowed."""

    shelf: Shelf
    lock: int
    needs: Callable[[Any], str]
    pieces: Callable[[Any, User, Path, Note], Iterator[bytes]]

    def write_all(self, *, between: Callable[[Any], None] | None = None) -> None:
        """All that was ordered, the oldest first; nothing when another process is at it. ``between`` is called with
        the order after each note of how far it is."""
        with alone(self.lock) as mine:
            while mine and (order := self._next()):
                self._write(order, between)

    def _next(self) -> Any:
        pending = self.shelf.orders.objects.filter(state__in=PENDING)
        return pending.select_related("owner").order_by("asked_at", "pk").first()

    def _write(self, order: Any, between: Callable[[Any], None] | None) -> None:
        user = order.owner
        act_by(user, order.token_id)
        if not user.is_active or not may(user, self.needs(order)):
            return self._fail(order, "not_allowed")
        if order.begun >= BEGUN_AT_MOST:
            return self._fail(order, "given_up")
        mine = self.shelf.orders.objects.filter(pk=order.pk, state=order.state)
        if not mine.update(state=State.WRITING, begun=order.begun + 1, written=0, expected=None):
            return None  # cancelled this very moment
        try:
            self._write_file(order, user, between)
        except Unwanted:
            shutil.rmtree(self.shelf.folder(order), ignore_errors=True)
        except NotAllowed:
            self._fail(order, "not_allowed")
        except OSError:
            log.exception("%s %d could not be written", order._meta.label, order.pk)
            self._fail(order, "disk")
        return None

    def _fail(self, order: Any, reason: str) -> None:
        mine = self.shelf.orders.objects.filter(pk=order.pk)
        mine.update(reason=reason)
        self.shelf.forget(mine, State.FAILED)

    def _write_file(self, order: Any, user: User, between: Callable[[Any], None] | None) -> None:
        def note(**how_far: int) -> None:
            if not self.shelf.orders.objects.filter(pk=order.pk, state=State.WRITING).update(**how_far):
                raise Unwanted
            if between:
                between(order)

        folder, path = self.shelf.folder(order), self.shelf.file(order)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        draft = path.with_suffix(".part")
        with translation.override(order.language), draft.open("wb") as file:
            for piece in self.pieces(order, user, folder, note):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        kept = self.shelf.orders.objects.filter(pk=order.pk, state=State.WRITING)
        done = {"size": path.stat().st_size, "finished_at": timezone.now(), **self.shelf.nobodys(order)}
        if not kept.update(state=State.READY, **done):
            raise Unwanted
