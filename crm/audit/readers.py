"""How columns are read that hold many things in one value: their app says it, for the trail does not know."""

from collections.abc import Callable, Iterable
from typing import Any

Reader = Callable[[Any, Any], Iterable[tuple[str, str, str]]]
"""Of the column before and after: for each thing that differs its name and its two texts, "" for nothing."""

_readers: dict[str, Reader] = {}


def reads(column: str, reader: Reader) -> None:
    """``column``: ``table.column``."""
    _readers[column] = reader


def reader_of(column: str) -> Reader | None:
    return _readers.get(column)
