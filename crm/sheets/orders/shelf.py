"""Where ordered files lie, for how long, and what is left of an order that is through."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm.access.holding import token_of
from crm.accounts.models import User
from crm.sheets.orders.rows import PENDING, Order

KEPT = timedelta(hours=24)
TOLD = timedelta(days=30)
"""So long the order itself is kept."""
SHOWN = 5
State = Order.State


@dataclass(frozen=True)
class Shelf:
    """The files of one kind of orders. ``stem``: name of a file; ``below``: its part of the folder of all exports;
    ``nobodys``: fields of an order that is through, so that it no longer says whom it asked for."""

    orders: type[Any]
    stem: str
    nobodys: Callable[[Any], dict[str, Any]]
    below: str = ""

    def folder(self, order: Order) -> Path:
        """What is written for the order, drafts included."""
        return Path(settings.EXPORTS_DIR) / self.below / str(order.pk)

    def file(self, order: Order) -> Path:
        return self.folder(order) / f"{self.stem}.{order.form}"

    def of(self, user: User) -> QuerySet[Any]:
        """Her orders; of a program those of the token by which it acts."""
        return self.orders.objects.filter(owner=user, token=token_of(user))

    def shown(self, user: User) -> QuerySet[Any]:
        """Her last ones, the newest first; those that she cancelled are gone after an hour."""
        now = timezone.now()
        recent = self.of(user).filter(asked_at__gt=now - KEPT - timedelta(hours=1))
        cancelled = recent.filter(state=State.CANCELLED, finished_at__lt=now - timedelta(hours=1))
        return recent.exclude(pk__in=cancelled.values("pk")).order_by("-asked_at", "-pk")[:SHOWN]

    def forget(self, orders: QuerySet[Any], state: str) -> int:
        """Ends these orders in a state in which nothing of them is left; returns how many."""
        done = 0
        for order in orders:
            over = {"state": state, "finished_at": timezone.now(), **self.nobodys(order)}
            done += orders.filter(pk=order.pk).update(**over)
            shutil.rmtree(self.folder(order), ignore_errors=True)
        return done

    def expire(self) -> None:
        """Removes files after a day, and orders after a month."""
        old = self.orders.objects.filter(state=State.READY, finished_at__lt=timezone.now() - KEPT)
        self.forget(old, State.EXPIRED)
        self.orders.objects.filter(finished_at__lt=timezone.now() - TOLD).delete()

    def erase(self, asking: Q | None = None) -> None:
        """Somebody was erased: files that may hold her go, what is being written is begun anew, and orders that ask
        for somebody (``asking``) end. Rows are clean before this is called."""
        if asking is not None:
            self.forget(self.orders.objects.filter(asking, state__in=PENDING), State.CANCELLED)
        self.orders.objects.filter(state=State.WRITING).update(state=State.WAITING)
        self.forget(self.orders.objects.filter(state=State.READY), State.EXPIRED)
