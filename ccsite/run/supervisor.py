"""Starts everything, restarts what falls, ends everything.

Theory of operation. One thread. Children run in sessions of their own, so a Ctrl-C on the terminal reaches only
this process, which then asks them to stop in the reverse order of their start: first what takes work in (pages,
daemon, tasks), then what digests it (recorder, feeder, switch), then the servers. What does not end in its time is
killed with everything it started. A guard process does the same if this one is killed (see guard.py).
"""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence

from ccsite.run import ports
from ccsite.run.child import Child
from ccsite.run.trouble import Trouble

PATIENCE = (4.0, 2.0, 2.5)
"""Seconds that each round of the stop may take: those that take work in, those that digest it, the servers."""
SERVERS = 2
"""The last round."""
STEADY = 30.0
"""A process that ran for so many seconds starts again without the delay of its earlier falls."""


class Stop(BaseException):
    """Somebody asked this process to end."""


class Supervisor:
    """``say`` prints a line. Use as a context manager: leaving it ends every child."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[tuple[Child, int]] = []
        self._falls: dict[str, int] = {}
        self._again: dict[str, float] = {}
        self._asked = False
        self._busy = False

    def __enter__(self) -> "Supervisor":
        self._before = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        self._stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def children(self) -> Sequence[Child]:
        return [child for child, _ in self._children]

    def start(self, child: Child, stops: int) -> None:
        """``stops``: the round of the stop in which it is asked to."""
        with self._uninterrupted():
            child.start()
            self._children.append((child, stops))

    def run_once(self, child: Child) -> None:
        """Run to the end; ``Trouble`` with its last words when it fails."""
        self.start(child, 0)
        while (status := child.ended()) is None:
            time.sleep(0.02)
        with self._uninterrupted():
            self._children = [(other, stops) for other, stops in self._children if other is not child]
            child.finish(time.monotonic())
        if status:
            raise Trouble(f"{child.name} failed: {child.last_line()}\nMore of it in {child.log}")

    def wait_for(self, address: tuple[str, int], deadline: float) -> bool:
        """Whether the address answers before ``deadline`` (monotonic); falls are handled meanwhile."""
        while not ports.answers(*address):
            if time.monotonic() > deadline:
                return False
            self.look_after()
            time.sleep(0.05)
        return True

    def look_after(self) -> None:
        """One round: notice what fell, start again what has waited long enough."""
        now = time.monotonic()
        for child, _ in self._children:
            if child.name in self._again:
                if now >= self._again[child.name]:
                    del self._again[child.name]
                    with self._uninterrupted():
                        child.finish(now)
                        child.start()
                continue
            status = child.ended()
            if status is not None:
                self._fell(child, status, now)

    def watch(self) -> None:
        """Look after the children until somebody asks to stop."""
        while True:
            self.look_after()
            time.sleep(0.1)

    def _fell(self, child: Child, status: int, now: float) -> None:
        if now - child.started_at >= STEADY:
            self._falls.pop(child.name, None)
        falls = self._falls[child.name] = self._falls.get(child.name, 0) + 1
        delay = min(0.5 * 2 ** (falls - 1), STEADY)
        self._again[child.name] = now + delay
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        clock = time.strftime("%H:%M:%S")
        self._say(f"{clock}  {child.name} {how}; starting it again in {delay:g} s.  Last line of its log:")
        self._say(f"          {child.last_line() or '(empty)'}")

    def _stop(self) -> None:
        for stops, patience in enumerate(PATIENCE):
            group = [child for child, when in reversed(self._children) if when == stops]
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + patience
            for child in group:
                child.finish(deadline)
        self._children.clear()

    def _on_signal(self, *_: object) -> None:
        self._asked = True
        if not self._busy:
            raise Stop

    @contextlib.contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        """A child is never between started and listed when we are asked to stop."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self._asked:
            raise Stop
