"""How a list goes to PostgreSQL: as one literal, ``'{"a","b"}'``.

The driver writes ``ARRAY['a', 'b']``. Of that PostgreSQL's parser makes an expression of each element, converts and
folds them one by one, and does so again wherever the list is named in a statement: with the hundreds of numbers of a
batch that was half of the time of a query. A literal is read once, as what its place says it is (``%s::text[]``,
``= ANY(%s)`` beside a column).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg2.extensions import ISQLQuote, adapters, register_adapter
from psycopg2.extensions import adapt as adapted

_PLAIN = (str, int, float, Decimal, datetime, date)
"""``bool`` is an ``int``, and PostgreSQL reads both of its names."""
_driver: Any = adapters[(list, ISQLQuote)]


class _Array:
    """What the driver asks for. Lists of anything but plain values (lists of lists, ranges) it writes itself."""

    def __init__(self, values: list[Any]) -> None:
        said = _written(values)
        self._said = _driver(values) if said is None else adapted(said)

    def prepare(self, connection: Any) -> None:
        """Letters are written, and quoted, as the connection has them."""
        self._said.prepare(connection)

    def getquoted(self) -> bytes:
        return bytes(self._said.getquoted())


def _written(values: list[Any]) -> str | None:
    """None for what is not plain. Telephone numbers and keys of rows, by thousands, are not looked at one by one."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds == {str}:
        together = '","'.join(values)
        if together.count('"') == 2 * (len(values) - 1) and "\\" not in together:
            return '{"' + together + '"}'
    plain = all(one is None or isinstance(one, _PLAIN) for one in values)
    return "{" + ",".join(map(_element, values)) + "}" if plain else None


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'"{value}"'


def arrays_register() -> None:
    register_adapter(list, _Array)
