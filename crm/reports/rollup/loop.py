"""The loop that works marks off. It outlives the database; what it had not committed is still marked."""

import logging
import threading

from django.db import Error, close_old_connections, connection

from crm.reports.rollup.marks import work_off

log = logging.getLogger(__name__)

ROUND_S = 1.0
"""So long a mark may lie before it is looked at."""
PAUSES_S = (0.5, 10.0)


class RollUp:
    """``run`` until ``stop`` is set."""

    def __init__(self) -> None:
        self._away = False
        self._pause = PAUSES_S[0]

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait(self.attempt())

    def attempt(self) -> float:
        """One round; returns the seconds until the next. A database that is away is told in the log once."""
        try:
            close_old_connections()
            more = work_off().more
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
