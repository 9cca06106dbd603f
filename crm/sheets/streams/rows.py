"""What a file of rows is to its reader."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

CELLS = 200
"""Columns of a row; others are left out."""
LETTERS = 32_767
"""Of a cell, as in Excel; the rest is left out."""


class Row(NamedTuple):
    """``number``: the line as an office program counts it, from 1."""

    number: int
    cells: list[str]


class Rows(Protocol):
    """A file that is being read. Iterating may raise ValidationError with a sentence."""

    def __iter__(self) -> Iterator[Row]: ...

    def part(self) -> float:
        """How much of the file is read, 0 to 1: for a progress bar."""

    def close(self) -> None: ...
