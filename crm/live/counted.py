"""The floor's figures: counted from rows by one process every few seconds, kept in Redis, told with their time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import redis

from crm import bus
from crm.accounts.models import User
from crm.calls.figures import SLOT, Counts, answered_by, day_begin, queue_counts, queue_slots, waiting_at
from crm.live.state import live_state
from crm.telephony.models import Queue
from switchctl.contract.names import MAIN, Names

WINDOW = timedelta(minutes=30)
"""The service level of now."""
LINE = timedelta(hours=1)
STEP = timedelta(minutes=1)
"""The line of the last hour, in steps."""


class Counted(msgspec.Struct, kw_only=True):
    """What was true at ``at`` (µs): visits of the day and of the last 30 minutes by queue, the day in quarters of an
    hour, the line of the last hour.

    ``answered``: login → calls answered today as the rows say, and ``LiveAgent.answered`` at the same moment: what it
    has risen by since then is to be added.
    """

    at: int
    day_begin: int
    day: dict[str, Counts]
    window: dict[str, Counts]
    slots: dict[str, list[tuple[int, Counts]]]
    """Quarters with visits, by their begin (µs)."""
    line_from: int
    line: dict[str, list[int]]
    """How many waited, minute by minute from ``line_from``."""
    answered: dict[str, tuple[int, int]]


def count(now: datetime, *, names: Names = MAIN) -> Counted:
    """Reads it all anew. Raises django.db.DatabaseError."""
    queues = list(Queue.objects.values_list("code", flat=True))
    logins = list(User.objects.filter(is_active=True, extension__isnull=False).values_list("username", flat=True))
    begin = day_begin(now)
    live = live_state(names=names).view.agents
    quarters = queue_slots(queues, begin, now)
    answered = answered_by(logins, begin)
    moments = list(_moments(now))
    return Counted(
        at=_us(now),
        day_begin=_us(begin),
        day={queue: sum(slots.values(), Counts()) for queue, slots in quarters.items()},
        window=queue_counts(queues, now - WINDOW, now),
        slots={queue: sorted((_us(at), one) for at, one in slots.items()) for queue, slots in quarters.items()},
        line_from=_us(moments[0]),
        line=waiting_at(queues, moments),
        answered={
            login: (answered.get(login, 0), live[login].answered if login in live else 0)
            for login in logins if login in answered or login in live
        },
    )  # fmt: skip


def _moments(now: datetime) -> Iterable[datetime]:
    last = now.replace(second=0, microsecond=0)
    return (last - LINE + n * STEP for n in range(LINE // STEP + 1))


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


_decoder = msgspec.json.Decoder(Counted)


def keep(counted: Counted, *, names: Names = MAIN) -> None:
    """Raises redis.RedisError."""
    bus.client().set(names.figures, msgspec.json.encode(counted))


def counted(*, names: Names = MAIN) -> Counted | None:
    """The newest ones; None when there are none, or of another form, or Redis is away."""
    try:
        raw = bus.client().get(names.figures)
        return _decoder.decode(raw) if raw else None
    except (redis.RedisError, msgspec.DecodeError):
        return None


def counted_plain(*, names: Names = MAIN) -> dict[str, Any] | None:
    """``counted`` as it stands in a message."""
    figures = counted(names=names)
    return None if figures is None else msgspec.to_builtins(figures)


def plain(figures: Counted, queues: Iterable[str], logins: Iterable[str]) -> dict[str, Any]:
    """What a page that sees these queues and agents is told."""
    queues, logins = set(queues), set(logins)

    def of(table: dict[str, Any]) -> dict[str, Any]:
        return {queue: table[queue] for queue in sorted(queues & table.keys())}

    told = {
        "at": figures.at, "day_begin": figures.day_begin, "slot_s": int(SLOT.total_seconds()),
        "line_from": figures.line_from, "line_step_s": int(STEP.total_seconds()),
        "day": of(figures.day), "window": of(figures.window),
        "slots": of(figures.slots), "line": of(figures.line),
        "answered": {login: pair for login, pair in figures.answered.items() if login in logins},
    }  # fmt: skip
    return msgspec.to_builtins(told)
