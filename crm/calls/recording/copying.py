"""Rows as text for PostgreSQL's COPY. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})
_SPACES = str.maketrans("\t\n\r", "   ")
"""Inside a JSON text these only stand between its words."""
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""An escaped NUL in JSON, not the tail of an escaped backslash followed by the letters ``u0000``."""


def escaped(text: str) -> str:
    """One field. PostgreSQL knows no NUL; it is left out."""
    return text.translate(_ESCAPES)


def field(value: Any) -> str:
    if value is None:
        return "\\N"
    return value if type(value) is str else str(value)


def line(row: Sequence[Any]) -> str:
    """One line. Looks for characters to escape in the whole line first: nearly all have none."""
    fields = list(map(field, row))
    text = "\t".join(fields)
    plain = text.count("\t") < len(fields) and text.count("\\") == row.count(None)
    if not plain or "\n" in text or "\r" in text or "\x00" in text:
        return "\t".join("\\N" if value is None else escaped(field(value)) for value in row)
    return text


def lines(rows: Iterable[Sequence[Any]]) -> str:
    return "".join([line(row) + "\n" for row in rows])


def json_field(raw: bytes) -> str:
    """A JSON text as a field. Raises UnicodeDecodeError."""
    text = raw.decode().translate(_SPACES)
    if "\\" not in text:
        return text
    if "\\u0000" in text:
        text = _NUL.sub(r"\1", text)
    return text.replace("\\", "\\\\")
