"""Rows as text for PostgreSQL's COPY. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})
_SPACES = str.maketrans("\t\n\r", "   ")
"""Inside a JSON text these only stand between its words."""
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""An escaped NUL in JSON, not the tail of an escaped backslash followed by the letters ``u0000``."""


def escaped(text: str) -> str:
    """One field. PostgreSQL knows no NUL; it is left out."""
    return text.translate(_ESCAPES)


def line(row: Sequence[Any]) -> str:
    """One line. Looks for characters to escape in the whole line first: nearly all have none."""
    text = "\t".join(["\\N" if value is None else value if value.__class__ is str else str(value) for value in row])
    plain = text.count("\t") < len(row) and ("\\" not in text or text.count("\\") == row.count(None))
    if not plain or "\n" in text or "\r" in text or "\x00" in text:
        return "\t".join(["\\N" if value is None else escaped(str(value)) for value in row])
    return text


def lines(rows: Iterable[Sequence[Any]]) -> str:
    return "".join([line(row) + "\n" for row in rows])


def instant(micros: int) -> str:
    """Microseconds since the epoch as PostgreSQL reads a timestamptz. Raises OverflowError and ValueError."""
    seconds, rest = divmod(micros, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}+00"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def json_field(raw: bytes) -> str:
    """A JSON text as a field. Raises UnicodeDecodeError."""
    text = raw.decode()
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.translate(_SPACES)
    if "\\" not in text:
        return text
    if "\\u0000" in text:
        text = _NUL.sub(r"\1", text)
    return text.replace("\\", "\\\\")
