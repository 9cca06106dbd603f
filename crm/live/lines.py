"""The waiting lines, added up from the calls of a view."""

from collections.abc import Iterable
from typing import Any

from switchctl.contract.live import LiveCall, LiveView

WAITING = ("waiting", "offered")
"""Stages in which a caller is in the line: while a phone rings for her, she still waits."""


OUTSIDE = ("", 0)
"""The place of a call that is in no line."""


def place(call: LiveCall) -> tuple[str, int]:
    """In which queue's line it stands, and since when (µs)."""
    return (call.queue, call.entered) if call.stage in WAITING and call.queue else OUTSIDE


def queue_line(calls: Iterable[LiveCall]) -> dict[str, int]:
    """How many wait, and since when (µs) the one who waits longest; 0 when nobody does."""
    entered = [call.entered for call in calls if call.stage in WAITING]
    return {"waiting": len(entered), "oldest": min(entered, default=0)}


def queue_lines(view: LiveView) -> dict[str, dict[str, int]]:
    """Code of a queue → its line, for queues that somebody waits in."""
    by_queue: dict[str, list[LiveCall]] = {}
    for call in view.calls.values():
        if call.stage in WAITING and call.queue:
            by_queue.setdefault(call.queue, []).append(call)
    return {queue: queue_line(calls) for queue, calls in by_queue.items()}


EMPTY: dict[str, Any] = {"waiting": 0, "oldest": 0}
