"""An event loop whose time stands still while anything runs, and jumps to the next timer when nothing does.

Every callback and every timer belongs to a process (the one in whose greenlet it was made), so that a process can be
stopped in the middle of whatever it does, go on later, or be gone without another word: SIGSTOP, SIGCONT, SIGKILL.
"""

import heapq
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import gevent
from greenlet import getcurrent

BUSY = 400_000
"""Callbacks in one moment of time; more is a loop that never ends."""


class Stuck(RuntimeError):
    """Something runs for ever without time passing."""


class Process:
    """A machine's process: its greenlets share one dict of locals, by which they are known."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.locals = {"process": self}
        self.alive = True
        self.paused = False
        self.skew_us = 0
        """By how much its wall clock is wrong."""
        self.kept: list[Any] = []
        """What waits for SIGCONT, or for nothing any more: a greenlet that is forgotten would be woken to clean up."""

    def spawn(self, body: Callable[..., Any], *args: Any) -> gevent.Greenlet:
        """Run something as this process."""
        greenlet = gevent.Greenlet(body, *args)
        greenlet.spawn_tree_locals = self.locals
        with loop().on_behalf(self):
            greenlet.start()
        return greenlet

    def do(self, deed: Callable[[], Any]) -> Any:
        """Do something that does not wait as this process, now; what it spawns is its own."""
        greenlet: Any = getcurrent()
        before = getattr(greenlet, "spawn_tree_locals", None)
        greenlet.spawn_tree_locals = self.locals
        try:
            with loop().on_behalf(self):
                return deed()
        finally:
            greenlet.spawn_tree_locals = {} if before is None else before

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        """What came due meanwhile runs now, in its order."""
        self.paused = False
        kept, self.kept = self.kept, []
        loop().ready.extend(kept)


def loop() -> "VirtualLoop":
    return gevent.get_hub().loop


def current() -> Process | None:
    """The process that runs now; None for the world outside."""
    greenlet = getcurrent()
    if isinstance(greenlet, gevent.Greenlet):
        return greenlet.spawn_tree_locals.get("process") or VirtualLoop.running
    return VirtualLoop.running


class Callback:
    """A call that is due. ``args`` is None when it has run or was stopped."""

    __slots__ = ("args", "callback", "process")

    def __init__(self, callback: Callable[..., Any], args: tuple[Any, ...], process: Process | None) -> None:
        self.callback, self.args, self.process = callback, args, process

    def stop(self) -> None:
        self.callback = self.args = None

    close = stop

    def __bool__(self) -> bool:
        return self.args is not None

    @property
    def pending(self) -> bool:
        return self.callback is not None


class Timer:
    """gevent's timer watcher."""

    def __init__(self, loop: "VirtualLoop", seconds: float) -> None:
        self.loop, self.seconds = loop, max(0.0, seconds)
        self.callback: Any = None
        self.args: Any = None
        self.entry: Any = None
        self.ref = True

    def start(self, callback: Callable[..., Any], *args: Any, update: bool | None = None) -> None:
        self.stop()
        self.callback, self.args = callback, args
        self.entry = self.loop.at(self.loop.time + self.seconds, self._fire)

    def _fire(self) -> None:
        callback, args, self.callback, self.args, self.entry = self.callback, self.args, None, None, None
        if callback is not None:
            callback(*args)

    def stop(self) -> None:
        if self.entry is not None:
            self.entry.stop()
        self.callback = self.args = self.entry = None

    close = stop

    @property
    def active(self) -> bool:
        return self.entry is not None

    pending = active

    def __enter__(self) -> "Timer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class VirtualLoop:
    """The part of gevent's loop that needs no system."""

    MAXPRI, MINPRI = 2, -2
    default = True
    approx_timer_resolution = 0.000001
    running: Process | None = None
    """Of the callback that runs now."""

    def __init__(self, flags: Any = None, default: bool | None = None) -> None:
        self.time = 0.0
        self.ready: deque[Callback] = deque()
        self.error_handler: Any = None
        self._heap: list[tuple[float, int, Callback]] = []
        self._number = count()
        self.buried: list[Any] = []

    # --- what gevent asks of it

    def run_callback(self, callback: Callable[..., Any], *args: Any) -> Callback:
        due = Callback(callback, args, current())
        self.ready.append(due)
        return due

    run_callback_threadsafe = run_callback

    def timer(self, after: float, repeat: float = 0.0, ref: bool = True, priority: int | None = None) -> Timer:
        assert not repeat
        return Timer(self, after)

    def update_now(self) -> None:
        pass

    update = update_now

    def now(self) -> float:
        return self.time

    def destroy(self) -> None:
        pass

    def handle_error(self, context: Any, kind: Any, value: Any, trace: Any) -> None:
        self.error_handler.handle_error(context, kind, value, trace)

    # --- what the world asks of it

    def at(self, time: float, callback: Callable[..., Any], *args: Any) -> Callback:
        """Call it at a time, on behalf of whoever asks."""
        due = Callback(callback, args, current())
        heapq.heappush(self._heap, (time, next(self._number), due))
        return due

    @contextmanager
    def on_behalf(self, process: Process | None) -> Iterator[None]:
        """From outside all greenlets: what is set off here is that process' own doing."""
        before, VirtualLoop.running = VirtualLoop.running, process
        try:
            yield
        finally:
            VirtualLoop.running = before

    def run(self) -> None:
        busy = 0
        while True:
            while self.ready:
                busy += 1
                if busy > BUSY:
                    raise Stuck(f"{BUSY} callbacks and no time passes; the next is {self.ready[0].callback}")
                self._run(self.ready.popleft())
            while self._heap and self._heap[0][2].callback is None:
                heapq.heappop(self._heap)
            if not self._heap:
                return
            time, _, due = heapq.heappop(self._heap)
            if time > self.time:
                self.time, busy = time, 0
            self.ready.append(due)

    def _run(self, due: Callback) -> None:
        process = due.process
        if due.callback is None:
            return
        if process is not None and (process.paused or not process.alive):
            (process.kept if process.alive else self.buried).append(due)
            return
        VirtualLoop.running = process
        callback, args, due.callback = due.callback, due.args, None
        try:
            callback(*args)
        except:  # noqa: E722  # as gevent's own loops do
            self.handle_error(callback, *sys.exc_info())
        finally:
            VirtualLoop.running = None
            due.args = None
