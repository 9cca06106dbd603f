"""Which numbers a file has said already, and where. Kept on disk: memory does not grow with the file."""

import sqlite3
from collections.abc import Iterable

_MANY = 500


class Seen:
    """Number (E.164) → line of the file that was the first to say it. Goes with the process."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # "": a file without a name
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute("PRAGMA cache_size = -4096")
        self._base.execute("CREATE TABLE seen (number INTEGER PRIMARY KEY, line INTEGER NOT NULL)")

    def lines(self, numbers: Iterable[str]) -> dict[str, int]:
        """Those that were said, and where."""
        wanted = {int(number): number for number in numbers}
        keys, found = list(wanted), {}
        for begin in range(0, len(keys), _MANY):
            some = keys[begin : begin + _MANY]
            asked = f"SELECT number, line FROM seen WHERE number IN ({','.join('?' * len(some))})"
            found.update({wanted[key]: line for key, line in self._base.execute(asked, some)})
        return found

    def add(self, said: Iterable[tuple[str, int]]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", [(int(number), line) for number, line in said]
        )
        self._base.execute("COMMIT")

    def close(self) -> None:
        self._base.close()
