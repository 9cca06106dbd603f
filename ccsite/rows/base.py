"""The database's engine, as Django loads it by the name ``ccsite.rows``.

Theory of operation. The web server gives each request a thread of its own, and Django opens a connection for each
thread: what a page or an answer of the API spent on that (the password's proof on both sides, a new process of the
server, which reads the catalogue anew and plans its first queries without it) was more than all its queries. So a
connection that is closed in good order is put by, as new as it was (``DISCARD ALL``: settings, locks, temporary
tables, prepared statements), and whoever opens one next gets it. Processes that do not ask for it (``kept.most``)
have Django's own behaviour.
"""

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as Ours

from ccsite.rows import kept
from ccsite.rows.arrays import arrays_register

arrays_register()


class DatabaseWrapper(Ours):
    """Like Django's, but for where connections come from and go to, and how lists are written (``arrays``)."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._kept_for = repr(sorted(conn_params.items()))
        return kept.take(self._kept_for) or super().get_new_connection(conn_params)

    def _close(self) -> None:
        if self.connection is not None and not kept.put(self._kept_for, self.connection):
            super()._close()
