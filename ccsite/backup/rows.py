"""The rows: dumped as of one moment, restored whole or not at all.

Theory of operation. A transaction exports its snapshot; the counts are taken in it, and pg_dump reads in the very same
snapshot, while the centre goes on writing. A restore happens in one transaction of pg_restore, into an empty schema:
the one that was there, if it may be replaced, is set aside under another name and comes back when the restore fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from ccsite.backup import files, tools
from ccsite.run.trouble import Trouble

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""
"""Partitions are counted with their table."""
EXTENSIONS = """
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;
ALTER EXTENSION pg_trgm SET SCHEMA extensions
"""
"""What indexes of ours are made with. It lies beside ``public``, so it is not in a dump, and stays when that goes."""
OTHERS = """
SELECT DISTINCT COALESCE(NULLIF(application_name, ''), 'a program') || COALESCE(' on ' || host(client_addr), '')
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Snapshot:
    """The database at one moment."""

    def __init__(self, connection: Connection, url: str) -> None:
        self._connection = connection
        self._url = url
        self._id = self._one("SELECT pg_export_snapshot()")
        self.server = str(self._one("SHOW server_version"))

    def counts(self) -> dict[str, int]:
        """Table → rows."""
        return counts(self._connection)

    def migrations(self) -> list[str]:
        """``app.name`` of each that was applied."""
        return [f"{app}.{name}" for app, name in self._rows("SELECT app, name FROM django_migrations ORDER BY id")]

    def marks(self) -> dict[str, int]:
        """Journal → newest fact that is a row, with all before it."""
        return dict(self._rows("SELECT journal, seq FROM calls_journalmark"))

    def dump(self, path: Path) -> None:
        """All rows, in the custom format of pg_dump."""
        major = int(self.server.split(".")[0])
        if (ours := tools.newest("pg_dump")[0]) < major:
            raise Trouble(f"The server is PostgreSQL {major}, the newest pg_dump here is {ours}: install a newer one.")
        words = ("--format=custom", "--no-owner", "--no-privileges", "--schema=public", f"--snapshot={self._id}")
        tools.run("pg_dump", self._url, *words, f"--file={path}")
        path.chmod(0o600)
        files.flush(path)

    def _one(self, statement: str) -> object:
        return self._rows(statement)[0][0]

    def _rows(self, statement: str) -> list[tuple]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Trouble when the database does not answer or is not ours."""
    connection = connected(url)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        try:
            yield Snapshot(connection, url)
        except psycopg2.errors.UndefinedTable as error:
            raise Trouble(f"The database is not one of a Switchdesk: {error}") from None
    finally:
        connection.close()


def connected(url: str) -> Connection:
    """Trouble when the database does not answer."""
    try:
        return psycopg2.connect(url, connect_timeout=5, application_name="switchdesk backup")
    except psycopg2.OperationalError as error:
        raise Trouble(f"The database does not answer: {str(error).strip()}") from None


def counts(connection: Connection) -> dict[str, int]:
    """Table → rows."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            found[table] = cursor.fetchone()[0]
    return found


def restore(url: str, dump: Path, expected: dict[str, int], *, overwrite: bool, aside: str) -> str:
    """Brings the rows back and counts them. Returns the name under which old tables were kept, "" if there were none.

    Trouble, and all as it was, when the database is in use, or not empty and not to be overwritten, or a count differs.
    """
    connection = connected(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        if others := [row[0] for row in cursor.fetchall()]:
            raise Trouble(
                f"The database is in use by {', '.join(others)}. Stop all but the daemon and the switch, and try again."
            )
        cursor.execute(TABLES)
        kept = aside if cursor.fetchall() else ""
        if kept and not overwrite:
            raise Trouble("The database is not empty. To replace what is in it: OVERWRITE=yes (the old rows are kept).")
        if kept:
            cursor.execute(sql.SQL("ALTER SCHEMA public RENAME TO {}").format(sql.Identifier(aside)))
            cursor.execute("CREATE SCHEMA public")
        try:
            cursor.execute(EXTENSIONS)
            words = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--schema=public")
            tools.run("pg_restore", url, *words, str(dump))
            if (found := counts(connection)) != expected:
                raise Trouble(f"The restored rows are not those of the backup: {_differences(found, expected)}")
        except BaseException:
            cursor.execute("DROP SCHEMA public CASCADE")
            renamed = sql.SQL("ALTER SCHEMA {} RENAME TO public").format(sql.Identifier(aside))
            cursor.execute(renamed if kept else "CREATE SCHEMA public")
            raise
        cursor.execute("ANALYZE")
    connection.close()
    return kept


def _differences(found: dict[str, int], expected: dict[str, int]) -> str:
    names = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    return ", ".join(f"{name} {found.get(name)} for {expected.get(name)}" for name in names)
