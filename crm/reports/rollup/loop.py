"""The loop that works marks off, and closes months where no marks are left. It outlives the database; what it
had not committed is still marked, or open."""

import logging
import threading
import time

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from crm.reports.rollup.marks import work_off
from crm.reports.rollup.months import close_next

log = logging.getLogger(__name__)

ROUND_S = 1.0
"""So long a mark may lie before it is looked at."""
PAUSES_S = (0.5, 10.0)
LOOK_S = 60.0
"""So often it is asked whether a month can be closed: it is made no better by being looked at each second."""


class RollUp:
    """``run`` until ``stop`` is set."""

    def __init__(self) -> None:
        self._away = False
        self._pause = PAUSES_S[0]
        self._look_at = 0.0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait(self.attempt())

    def attempt(self) -> float:
        """One round; returns the seconds until the next. A database that is away is told in the log once.

        A round that leaves no marks closes one month of one kind; marks that come meanwhile go before another.
        """
        try:
            close_old_connections()
            more = work_off().more or self._close()
        except Error as error:
            connection.close()
            if not self._away:
                log.warning("the database is away, reports wait: %s", str(error).strip() or type(error).__name__)
            self._away, pause = True, self._pause
            self._pause = min(self._pause * 2, PAUSES_S[1])
            return pause
        if self._away:
            log.info("the database is back")
        self._away, self._pause = False, PAUSES_S[0]
        return 0.0 if more else ROUND_S

    def _close(self) -> bool:
        """Whether there may be another month to close."""
        if time.monotonic() < self._look_at:
            return False
        more = close_next(timezone.now())
        if not more:
            self._look_at = time.monotonic() + LOOK_S
        return more
