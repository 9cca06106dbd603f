"""What must be true in the end: rows in PostgreSQL against the callers who dialled and the switch that carried them."""

import json
from typing import Any

import psycopg2

from bench.rig.stack import Stack
from bench.rig.staff import PROBE


class Books:
    """Asks the database anew each time, for it is killed, too."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def lost(self, numbers: set[str]) -> set[str]:
        """Numbers that dialled and have no ended record."""
        rows = self._rows("SELECT right(number, 11) FROM calls_callrecord WHERE ended_at IS NOT NULL")
        return numbers - {row[0] for row in rows}

    def doubled(self, numbers: set[str]) -> set[str]:
        """Numbers with more than one record, or whose call was told to end more than once."""
        records = "SELECT right(number, 11) FROM calls_callrecord GROUP BY 1 HAVING count(*) > 1"
        ends = (
            "SELECT right(r.number, 11) FROM calls_fact f JOIN calls_callrecord r USING (call_id)"
            " WHERE f.kind = 'CallEnded' GROUP BY r.call_id, 1 HAVING count(*) > 1"
        )
        return numbers & {row[0] for query in (records, ends) for row in self._rows(query)}

    def probe_told(self, state: str, since_us: int) -> bool:
        """Whether a row says that the probe came into this state."""
        query = (
            "SELECT payload->>'state' FROM calls_fact WHERE agent = %s AND call_id = '' AND kind = 'AgentStateChanged'"
            " AND at >= to_timestamp(%s) ORDER BY at DESC LIMIT 1"
        )
        return [row[0] for row in self._rows(query, PROBE, since_us / 1e6)] == [state]

    def channels(self) -> set[str]:
        """Legs that the switch has up."""
        console = self._stack.switch.console()
        try:
            return {row["uuid"] for row in json.loads(console.api("show channels as json")).get("rows", [])}
        finally:
            console.close()

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """None found while the database is away."""
        try:
            connection = psycopg2.connect(self._stack.servers()["DATABASE_URL"], connect_timeout=2)
        except (psycopg2.Error, OSError):
            return []
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()
        except psycopg2.Error:
            return []
        finally:
            connection.close()
